#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/training/recipe.hpp"
#include "sim/core/random_stream.hpp"

namespace offramp {

struct Batch {
  torch::Tensor pixels;  ///< f32 in 0..255, [images, channels, height, width], channels last in memory
  torch::Tensor labels;  ///< i64 [images]; undefined where the images are blended
};

/// The batches of one epoch: all images once, in an order and with changes that the streams named by
/// (seed, epoch) decide. An epoch can therefore be repeated without those before it.
class BatchSource {
 public:
  BatchSource(const LabelledImages& images, const TrainingRecipe& recipe, int epoch);

  int batches() const;
  /// The next batch, the last one smaller; call it `batches()` times.
  Batch next();

 private:
  const LabelledImages& images_;
  const TrainingRecipe& recipe_;
  RandomEngine changes_;
  std::vector<std::uint32_t> order_;
  std::vector<bool> mirrored_;  ///< in this epoch
  std::size_t position_ = 0;
};

}  // namespace offramp
