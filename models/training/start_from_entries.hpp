#pragma once

#include <string>
#include <vector>

#include "models/nets/branchy_network.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// Fills a network, as far as names and shapes agree, with the weights of other entries.
/// @param entries  each "ENTRY", or "PREFIX=ENTRY": the entry's tensor NAME becomes PREFIX followed by NAME.
///                 ENTRY is a name in models/zoo/ or a directory, relative to the model's
/// @throws UserError for an entry without weights, or one that has no tensor of the network's
void start_from_entries(BranchyNetwork& network, const ModelDescription& model,
                        const std::vector<std::string>& entries);

}  // namespace offramp
