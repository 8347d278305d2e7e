#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/training/recipe.hpp"

namespace offramp {

/// In which order an epoch sees its training images: each once, as the stream named by (seed, epoch) decides.
std::vector<std::uint32_t> training_order(std::size_t images, const TrainingRecipe& recipe, int epoch);

/// Into how many batches they are cut, the last one smaller.
int batches_of(std::size_t images, const TrainingRecipe& recipe);

}  // namespace offramp
