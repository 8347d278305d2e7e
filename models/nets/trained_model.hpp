#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// A network with the weights of its zoo entry, in evaluation mode.
struct TrainedModel {
  ModelDescription description;
  std::shared_ptr<BranchyNetwork> network;
  /// Entropy thresholds in nats that training chose on validation images, one an exit before the final.
  std::vector<double> thresholds_nats;
  std::string weights_sha256;
};

/// DIR/weights.safetensors.
std::filesystem::path weights_path(const ModelDescription& model);

/// What stands beside the tensors in a weights file: how the thresholds are kept.
std::map<std::string, std::string> weights_metadata(const ModelDescription& model,
                                                    const std::vector<double>& thresholds_nats);

/// @throws UserError when there are no weights yet (how to train them), or they do not fit
TrainedModel load_trained_model(const ModelDescription& model);

}  // namespace offramp
