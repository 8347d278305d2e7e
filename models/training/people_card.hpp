#pragma once

#include <string>
#include <vector>

#include "models/data/people_dataset.hpp"
#include "models/training/recipe.hpp"
#include "models/training/training_log.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// How well cells and frames are answered.
struct PeopleScore {
  double f1 = 0;
  double count_error = 0;  ///< mean absolute, people a frame
};

/// What a people counter's card says; all of it comes from the training that has just ended.
struct PeopleCardFacts {
  ModelDescription model;
  TrainingRecipe recipe;
  std::string command;
  std::vector<EpochReport> history;
  int threads = 0;
  bool bf16_used = false;
  double tolerance_people = 0;  ///< of the threshold search, in people a frame
  std::vector<double> thresholds_nats;
  std::vector<PeopleScore> exits;  ///< on all cells of the test frames, nothing masked
  PeopleScore with_exits;          ///< test frames, cut behind the last early exit, with the mask on
  double left_to_cloud = 0;        ///< share of cells
  double always_the_mean = 0;      ///< count error of always saying the training frames' mean
};

/// The card as Markdown.
std::string people_card_text(const PeopleCardFacts& facts, const PeopleDataset& data);

/// Its last part alone.
std::string people_card_results(const PeopleCardFacts& facts, const PeopleDataset& data);

}  // namespace offramp
