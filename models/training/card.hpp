#pragma once

#include <string>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/profiling/exit_counts.hpp"
#include "models/training/recipe.hpp"
#include "models/training/training_log.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// Accuracy on images beside the test set.
struct FurtherAccuracy {
  std::string name;
  std::size_t images = 0;
  std::vector<double> accuracy;  ///< of each exit
};

/// Everything that a model's card says; all of it comes from the training that has just ended.
struct CardFacts {
  ModelDescription model;
  TrainingRecipe recipe;
  std::string command;  ///< that trains it again
  std::vector<EpochReport> history;
  int threads = 0;
  bool bf16_used = false;
  double tolerance = 0;  ///< of the threshold search, in accuracy
  std::vector<double> thresholds_nats;
  std::vector<double> test_accuracy;  ///< of each exit on all test images
  std::vector<FurtherAccuracy> further_tests;
  EarlyExitResult validation;  ///< with the thresholds
  EarlyExitResult test;        ///< with the thresholds
  std::string caveat;          ///< Dataset::caveat
};

/// The card as Markdown.
std::string card_text(const CardFacts& facts, const Dataset& data);

/// Its last part alone: accuracy of each exit, thresholds and what they come to.
std::string card_results(const CardFacts& facts);

}  // namespace offramp
