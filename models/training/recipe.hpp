#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/model_description.hpp"

namespace offramp {

/// How a network is trained: what stands under `training:` in its model.yaml.
struct TrainingRecipe {
  int epochs = 30;
  int batch = 128;
  double learning_rate = 1e-3;  ///< of AdamW at the start; falls to zero along half a cosine
  double weight_decay = 0;
  std::vector<double> exit_weights;  ///< of each exit's loss in the joint loss; one an exit, default 1
  bool flip = false;                 ///< mirror half of the images
  int shift = 0;     ///< move each image by up to so many pixels, each way, edges filled with 0
  bool bf16 = true;  ///< autocast where the processor has it
  std::uint64_t seed = 1;

  /// One line that names every value: in the card, and in what a checkpoint must match.
  std::string text() const;
};

/// @throws UserError with every unknown key, wrong value, and wrong number of exit weights
TrainingRecipe read_recipe(const ModelDescription& model);

}  // namespace offramp
