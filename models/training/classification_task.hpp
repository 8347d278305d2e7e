#pragma once

#include <optional>

#include "models/data/dataset.hpp"
#include "models/training/batch_source.hpp"
#include "models/training/frozen_edge.hpp"
#include "models/training/recipe.hpp"
#include "models/training/training_task.hpp"

namespace offramp {

/// All exits learn the classes of pictures; with `recipe.behind` those behind a coded cut alone.
class ClassificationTask : public TrainingTask {
 public:
  /// Both must outlive it.
  ClassificationTask(const Dataset& data, const TrainingRecipe& recipe) : data_(data), recipe_(recipe) {}

  void prepare(BranchyNetwork& network) override;
  int batches() const override { return BatchSource(data_.train, recipe_, 1).batches(); }
  void begin(int epoch) override { source_.emplace(data_.train, recipe_, epoch); }
  torch::Tensor next_loss(BranchyNetwork& network) override;
  void validate(BranchyNetwork& network, EpochReport& report) override;

 private:
  const Dataset& data_;
  const TrainingRecipe& recipe_;
  std::optional<FrozenEdge> edge_;  ///< nothing: the whole network is trained
  std::optional<BatchSource> source_;
};

}  // namespace offramp
