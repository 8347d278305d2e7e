#pragma once

#include <torch/torch.h>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What an exit says of each cell of a grid.
struct CellAnswers {
  torch::Tensor
      logits;  ///< f32 [images, cells, 2]: ln of the probabilities that nobody and that someone is there
  torch::Tensor counts;  ///< f32 [images, cells]: how many people
};

/// Reads an exit's map of people, [images, 2, height, width]. Of each of its places, which divide the cells
/// evenly, it says the logit that someone is there and, through a softplus, how many. Someone is in a cell
/// unless nobody is at any of its places (noisy or); its count is the sum over its places.
CellAnswers cell_answers(const torch::Tensor& map, const CellGrid& grid);

/// How unsure each cell's answer is: entropy in nats, [images, cells].
torch::Tensor cell_entropy(const CellAnswers& answers);

/// How many people a map says are at each place: [images, height, width].
torch::Tensor people_at_places(const torch::Tensor& map);

}  // namespace offramp
