#pragma once

#include <boost/random/taus88.hpp>

#include <cstdint>
#include <string_view>

namespace offramp {

/// A small generator (12 bytes of state), so that 100,000 devices can own several.
using RandomEngine = boost::random::taus88;

/// The stream of random numbers named by (seed, replication, owner, purpose). Two names give
/// independent streams, one name always the same: changing one thing in a scenario leaves the
/// randomness of the rest alone (common random numbers across sweep points).
/// @param owner    which device, gateway, ...: its number over all groups
/// @param purpose  "arrivals", "images", ...
RandomEngine random_stream(std::uint64_t seed, std::uint64_t replication, std::uint64_t owner,
                           std::string_view purpose);

}  // namespace offramp
