#pragma once

#include <torch/script.h>

#include <filesystem>
#include <string>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// A user's own network: a TorchScript module with the methods of BranchyNetwork,
///
///     num_exits(self) -> int                                   (or an attribute num_exits)
///     backbone(self, segment: int, x: Tensor) -> Tensor        pixels 0..255 or a feature -> the next
///     feature head(self, exit: int, feature: Tensor) -> Tensor         -> logits [images, classes]
///     router(self, exit: int, feature: Tensor) -> Tensor       (optional) -> logits [images]
///
/// Its archive stands in the entry's weights.safetensors, as the bytes of a tensor named "module".
class ImportedNetwork : public BranchyNetwork {
 public:
  /// @param archive  what torch.jit.save wrote
  /// @param place    of that file, for messages
  /// @throws UserError with everything that the module lacks, found by running it on two black pictures
  ImportedNetwork(const std::string& archive, const FeatureShape& input, std::size_t num_classes,
                  const Place& place);

  int num_exits() const override { return num_exits_; }
  torch::Tensor backbone(int segment, const torch::Tensor& x) override;
  torch::Tensor head(int exit, const torch::Tensor& feature) override;
  bool has_routers() const override { return has_routers_; }
  HeadAnswer answer(int exit, const torch::Tensor& feature) override;
  std::vector<torch::Tensor> weights() const override;

 private:
  torch::jit::Module module_;
  torch::Tensor archive_;  ///< u8, a buffer named "module"
  int num_exits_ = 0;
  bool has_routers_ = false;
};

inline constexpr const char* kImportedNetwork = "torchscript";

/// From an entry that `offramp import` has written.
std::shared_ptr<BranchyNetwork> make_imported_network(const ModelDescription& model);

}  // namespace offramp
