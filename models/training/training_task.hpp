#pragma once

#include <torch/torch.h>

#include "models/nets/branchy_network.hpp"
#include "models/training/training_log.hpp"

namespace offramp {

/// What a network learns, and from what: the batches, their loss, and the measure of success. How it learns
/// (schedule, optimiser, checkpoints) is train_network's.
class TrainingTask {
 public:
  virtual ~TrainingTask() = default;

  /// Before the first epoch and before a checkpoint is read: what the network takes from the training data.
  virtual void prepare(BranchyNetwork& network) = 0;
  virtual int batches() const = 0;
  /// All randomness of an epoch comes from streams that its number names, so that it can be repeated without
  /// those before it.
  virtual void begin(int epoch) = 0;
  /// The joint loss on the next batch, with its graph; called `batches()` times an epoch, in training mode.
  virtual torch::Tensor next_loss(BranchyNetwork& network) = 0;
  /// Fills in the validation columns.
  virtual void validate(BranchyNetwork& network, EpochReport& report) = 0;
};

}  // namespace offramp
