#include "sim/testbed/emulated_path.hpp"

namespace offramp {

EmulatedPath::EmulatedPath(const LinkShape& up, const LinkShape& down, std::uint64_t seed)
    : near_device_(near_, kNearAddress),
      far_device_(far_, kFarAddress),
      relay_({near_device_, far_device_, up, down}, seed) {}

}  // namespace offramp
