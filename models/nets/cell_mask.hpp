#pragma once

#include <torch/torch.h>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Which places of a feature are kept: those of the kept cells and, around them, so many feature pixels.
/// @param keep    [images, cells], 1 for kept, 0 for masked
/// @param margin  in feature pixels
/// @return f32 [images, 1, height, width] of 0 and 1
torch::Tensor kept_places(const torch::Tensor& keep, const CellGrid& grid, std::int64_t height,
                          std::int64_t width, std::int64_t margin);

/// The feature with nothing (0) where no cell is kept. [images, channels, height, width].
torch::Tensor masked_feature(const torch::Tensor& feature, const torch::Tensor& keep, const CellGrid& grid,
                             std::int64_t margin);

}  // namespace offramp
