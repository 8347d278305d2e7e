#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "models/data/people_dataset.hpp"
#include "models/training/recipe.hpp"
#include "sim/core/random_stream.hpp"

namespace offramp {

/// Frames with their people, after both were changed alike.
struct FrameBatch {
  torch::Tensor pixels;  ///< f32 in 0..255, [frames, channels, height, width], channels last in memory
  std::vector<std::vector<PersonMark>> people;  ///< [frames], those still in view
};

/// How many people are at each place of a map: f32 [frames, height, width].
torch::Tensor people_map(const std::vector<std::vector<PersonMark>>& people, std::int64_t height,
                         std::int64_t width);

/// The batches of one epoch: all frames once, in an order and with changes (mirrored, enlarged, moved,
/// brighter) that the streams named by (seed, epoch) decide.
class FrameBatches {
 public:
  FrameBatches(const PeopleFrames& frames, const TrainingRecipe& recipe, int epoch);

  int batches() const;
  /// The next batch, the last one smaller; call it `batches()` times.
  FrameBatch next();

 private:
  const PeopleFrames& frames_;
  const TrainingRecipe& recipe_;
  RandomEngine changes_;
  std::vector<std::uint32_t> order_;
  std::size_t position_ = 0;
};

}  // namespace offramp
