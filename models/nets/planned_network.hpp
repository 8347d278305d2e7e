#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "models/nets/network_plan.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Layers that run, built from their plan.
class PlannedLayersImpl : public torch::nn::Module {
 public:
  using Normalize = std::function<torch::Tensor(const torch::Tensor&)>;

  /// @param shape  of what goes in; afterwards of what comes out
  /// @param root   where layers with a name of their own register
  PlannedLayersImpl(const Layers& layers, FeatureShape& shape, torch::nn::Module& root,
                    const Normalize& normalize);
  torch::Tensor forward(torch::Tensor x);

 private:
  using Step = std::function<torch::Tensor(const torch::Tensor&)>;
  Step make_step(const Layer& layer, const std::string& name, FeatureShape& shape, torch::nn::Module& root,
                 const Normalize& normalize);
  Step make_convolution(const Layer& layer, const std::string& name, FeatureShape& shape,
                        torch::nn::Module& owner);
  Step make_residual(const Layer& layer, const std::string& name, FeatureShape& shape,
                     torch::nn::Module& root, const Normalize& normalize);

  std::vector<Step> steps_;
};
TORCH_MODULE(PlannedLayers);

/// A network built from its plan. Weights are kept under BLOCK.LAYER..., exits under exit_BLOCK, the final
/// classifier under classifier; a layer with a name of its own under that alone.
class PlannedNetwork : public BranchyNetwork {
 public:
  /// @throws std::invalid_argument for an exit behind no block, a feature that no layer accepts, or maps of
  /// people
  ///         that the plan's cells do not divide
  PlannedNetwork(const std::string& name, const NetworkPlan& plan, const FeatureShape& input);

  int num_exits() const override { return static_cast<int>(heads_.size()); }
  torch::Tensor backbone(int segment, const torch::Tensor& x) override;
  torch::Tensor head(int exit, const torch::Tensor& feature) override;
  bool has_routers() const override { return has_routers_; }
  std::optional<CellGrid> cells() const override { return cells_; }
  std::int64_t mask_margin() const override { return mask_margin_; }
  HeadAnswer answer(int exit, const torch::Tensor& feature) override;

 private:
  struct Head {
    PlannedLayers body{nullptr};  ///< null where there is none
    PlannedLayers classifier{nullptr};
    PlannedLayers router{nullptr};
  };

  std::vector<std::vector<PlannedLayers>> segments_;  // the blocks of each
  std::vector<Head> heads_;
  bool has_routers_ = false;
  std::optional<CellGrid> cells_;
  std::int64_t mask_margin_ = 0;
};

}  // namespace offramp
