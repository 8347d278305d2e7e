#pragma once

#include <string>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/profiling/exit_counts.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// How a trained network does on the test images.
struct Evaluation {
  std::string model;
  std::string dataset;
  std::vector<double> thresholds_nats;      ///< that training chose, one an exit before the final
  EarlyExitResult result;                   ///< with these thresholds
  std::vector<double> accuracy_all_images;  ///< of each exit, if all images left there
};

/// @throws UserError when there are no weights, or model and data do not fit
Evaluation evaluate_model(const ModelDescription& model, const Dataset& data);

}  // namespace offramp
