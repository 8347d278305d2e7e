#pragma once

#include <string>

#include "models/data/people_dataset.hpp"
#include "models/training/recipe.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// train_model for a network that answers by cells. Writes weights and card into the entry's folder.
/// @return the card's results
/// @throws UserError as train_model
std::string train_people_counter(const ModelDescription& model, const PeopleDataset& data,
                                 const TrainingRecipe& recipe, const std::string& command);

}  // namespace offramp
