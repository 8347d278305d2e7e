#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace offramp {

/// What one epoch of training came to.
struct EpochReport {
  int epoch = 0;                            ///< 1-based
  double learning_rate = 0;                 ///< at its end
  double train_loss = 0;                    ///< mean joint loss over the epoch's batches
  std::vector<double> validation_accuracy;  ///< of each exit; of a people counter the F1 of its cells
  double seconds = 0;
  /// Of each exit of a people counter, mean absolute error of a frame's count; else empty.
  std::vector<double> validation_count_error = {};
};

/// The CSV of a run: a header and one row an epoch, written in one atomic step.
void write_training_log(const std::filesystem::path& path, const std::vector<EpochReport>& history);

/// Reads what write_training_log wrote.
/// @throws UserError when a row is not of that form
std::vector<EpochReport> read_training_log(const std::filesystem::path& path);

}  // namespace offramp
