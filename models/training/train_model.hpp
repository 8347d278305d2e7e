#pragma once

#include <filesystem>
#include <string>

#include "models/data/dataset.hpp"
#include "models/training/card.hpp"
#include "models/training/recipe.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// Trains a zoo entry and writes its weights.safetensors and card.md. What an interruption leaves is in
/// training_directory(), from which the next call goes on.
/// @param command  noted in the card as the way to train it again
/// @return what the card says
/// @throws UserError when data and description do not fit, the loss diverges, or a file cannot be written
CardFacts train_model(const ModelDescription& model, const Dataset& data, const TrainingRecipe& recipe,
                      const std::string& command);

/// Under the cache: named after model and everything that the weights depend on.
std::filesystem::path training_directory(const ModelDescription& model, const Dataset& data,
                                         const TrainingRecipe& recipe);

}  // namespace offramp
