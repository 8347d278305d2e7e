#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// A network with fresh random weights (torch's generator), as the description says.
/// A new network is a file here and a line in registry.cpp.
/// @throws UserError for an unknown network, or one that does not fit the description
std::shared_ptr<BranchyNetwork> make_network(const ModelDescription& model);

/// The names that make_network knows.
std::vector<std::string> list_networks();

}  // namespace offramp
