#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "models/codec/codec.hpp"
#include "models/nets/branchy_network.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Where a network can be cut, with the shape of what travels there and no codec yet.
std::vector<SplitPoint> split_points(BranchyNetwork& network, const FeatureShape& input);

/// A codec at a split point.
struct Hop {
  std::size_t split;
  std::unique_ptr<Codec> codec;
};

/// @throws UserError for a split point or codec that there is not, or a codec that does not code what travels
/// there
Hop hop_for(const ExitProfile& profile, const std::string& split_name, const std::string& codec);

}  // namespace offramp
