#pragma once

#include <torch/torch.h>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// How far an exit's map of people is from where they are: the cross entropy of "someone is in this cell",
/// and the negative log likelihood of Poisson counts at the map's places, both summed over the kept cells and
/// divided by the number of all.
/// @param map     an exit's answer (models/nets/cell_answers.hpp), [images, 2, height, width]
/// @param people  how many are at each place, f32 [images, height, width]
/// @param keep    [images, cells], 1 for a cell that this exit must answer
/// @return a scalar, f32
torch::Tensor people_loss(const torch::Tensor& map, const torch::Tensor& people, const torch::Tensor& keep,
                          const CellGrid& grid);

}  // namespace offramp
