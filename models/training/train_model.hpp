#pragma once

#include <filesystem>
#include <string>
#include <vector>

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
/// @param data_files  what it learns from
std::filesystem::path training_directory(const ModelDescription& model,
                                         const std::vector<SourceFile>& data_files,
                                         const TrainingRecipe& recipe);

/// @throws UserError when weights and card could not be written into an entry's folder
void require_writable(const std::filesystem::path& directory);

}  // namespace offramp
