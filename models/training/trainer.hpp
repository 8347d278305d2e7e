#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "models/training/recipe.hpp"
#include "models/training/training_log.hpp"
#include "models/training/training_task.hpp"

namespace offramp {

/// @param done  share of all steps, 0 to 1
double learning_rate_at(double done, const TrainingRecipe& recipe);

/// Trains all exits together. After each epoch `directory` holds checkpoint.pt and training.csv; when
/// it holds a checkpoint at the start, training goes on from there and ends with the same weights
/// as one that was never interrupted (same machine, same number of threads).
/// @param what         named in progress and errors
/// @param after_epoch  called with each finished epoch, its checkpoint already written
/// @return one report an epoch, those before an interruption included
/// @throws UserError naming epoch and step when the loss is no longer finite; the last checkpoint stays
std::vector<EpochReport> train_network(BranchyNetwork& network, TrainingTask& task,
                                       const TrainingRecipe& recipe, const std::string& what,
                                       const std::filesystem::path& directory,
                                       const std::function<void(const EpochReport&)>& after_epoch);

}  // namespace offramp
