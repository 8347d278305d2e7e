#pragma once

#include <optional>

#include "models/data/people_dataset.hpp"
#include "models/training/frame_batches.hpp"
#include "models/training/recipe.hpp"
#include "models/training/training_task.hpp"

namespace offramp {

/// All exits learn where people are. In a share of the steps (`recipe.masked`) the network is cut behind an
/// exit drawn at random: the cells that exits up to there accept under a random entropy threshold are masked
/// for those behind, which then answer for the others alone, as they will in use.
class PeopleTask : public TrainingTask {
 public:
  /// Both must outlive it.
  PeopleTask(const PeopleDataset& data, const TrainingRecipe& recipe) : data_(data), recipe_(recipe) {}

  void prepare(BranchyNetwork& network) override;
  int batches() const override { return FrameBatches(data_.train, recipe_, 1).batches(); }
  void begin(int epoch) override;
  torch::Tensor next_loss(BranchyNetwork& network) override;
  void validate(BranchyNetwork& network, EpochReport& report) override;

 private:
  const PeopleDataset& data_;
  const TrainingRecipe& recipe_;
  std::optional<FrameBatches> source_;
  std::optional<RandomEngine> cuts_;
};

}  // namespace offramp
