#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/training/batch_source.hpp"
#include "models/training/frozen_edge.hpp"
#include "models/training/recipe.hpp"
#include "models/training/teachers.hpp"
#include "models/training/training_task.hpp"

namespace offramp {

/// All exits learn the classes of pictures, from labels or teachers; with `recipe.behind` those behind a
/// coded cut alone.
class ClassificationTask : public TrainingTask {
 public:
  /// Data and recipe must outlive it.
  /// @param teachers  those that the recipe names
  ClassificationTask(const Dataset& data, const TrainingRecipe& recipe, Teachers teachers = {})
      : data_(data), recipe_(recipe), teachers_(std::move(teachers)) {}

  void prepare(BranchyNetwork& network) override;
  int batches() const override { return BatchSource(data_.train, recipe_, 1).batches(); }
  void begin(int epoch) override { source_.emplace(data_.train, recipe_, epoch); }
  torch::Tensor next_loss(BranchyNetwork& network) override;
  void validate(BranchyNetwork& network, EpochReport& report) override;

 private:
  /// @param answers  the network's, of the last exits; with no frozen edge of all
  torch::Tensor loss_of(const std::vector<HeadAnswer>& answers, const Batch& batch);

  const Dataset& data_;
  const TrainingRecipe& recipe_;
  Teachers teachers_;
  std::optional<FrozenEdge> edge_;  ///< nothing: the whole network is trained
  std::optional<BatchSource> source_;
};

}  // namespace offramp
