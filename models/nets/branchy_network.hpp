#pragma once

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What a branch head says of some images.
struct HeadAnswer {
  torch::Tensor logits;  ///< [images, classes]; of a network by cells its map of people (cell_answers.hpp)
  torch::Tensor
      router;  ///< [images]: its router's logit that this answer will do; undefined where there is none
};

/// A network with early exits: a backbone cut into segments, a branch head behind each.
///
///     pixels -> backbone(0) -> feature 0 -> backbone(1) -> feature 1 -> ... (the last: final exit)
///                                |                            |
///                             head(0) -> logits            head(1) -> logits
///
/// Feature i is what exit i reads, and what travels when the network is cut at "exit i". The final
/// exit's head is the network's own classifier.
/// Source: Teerapittayanon, McDanel and Kung, BranchyNet (ICPR 2016).
class BranchyNetwork : public torch::nn::Module {
 public:
  /// @param channels  of the images
  BranchyNetwork(std::string name, std::int64_t channels);

  virtual int num_exits() const = 0;
  /// @param x  for segment 0 pixels as floats in 0..255, [images, channels, height, width], which it
  ///           normalises itself; else the feature of the segment before
  /// @return the feature that exit `segment` reads, [images, channels, height, width]
  virtual torch::Tensor backbone(int segment, const torch::Tensor& x) = 0;
  /// @return logits, [images, classes]
  virtual torch::Tensor head(int exit, const torch::Tensor& feature) = 0;

  /// The grid for whose cells each exit answers; nothing: it names a class for the picture.
  virtual std::optional<CellGrid> cells() const { return std::nullopt; }

  /// Around the cells that a mask keeps of a feature, so many feature pixels are kept as well.
  virtual std::int64_t mask_margin() const { return 0; }

  /// Whether each exit but the final one has a router, which learns whether its answer will do.
  virtual bool has_routers() const { return false; }
  /// All that an exit says. A network with routers overrides this, so that router and head may share work.
  virtual HeadAnswer answer(int exit, const torch::Tensor& feature) { return {head(exit, feature), {}}; }

  /// Everything that is read as a weight: parameters and buffers.
  virtual std::vector<torch::Tensor> weights() const;

  /// What all exits say, from one pass.
  std::vector<HeadAnswer> all_answers(const torch::Tensor& pixels);
  /// The logits of all exits, from one pass.
  std::vector<torch::Tensor> all_exits(const torch::Tensor& pixels);

  /// Mean and standard deviation of each channel over the training images, in pixel values; they are
  /// kept with the weights.
  void set_pixel_statistics(const std::vector<float>& mean, const std::vector<float>& deviation);
  /// Fits each whitening layer to images, [images, channels, height, width] in 0..255; after the statistics.
  void fit_whitening(const torch::Tensor& pixels);

 protected:
  /// (pixels - mean) / deviation, as one operator.
  torch::Tensor normalized(const torch::Tensor& pixels) const;

 private:
  torch::Tensor pixel_scale_;   // [1, channels, 1, 1]
  torch::Tensor pixel_offset_;  // [1, channels, 1, 1]
};

}  // namespace offramp
