#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace offramp {

/// The scenario as YAML with every default written out. Shipped device types and zoo models go by
/// name, others by their absolute path; it reads back to an equal scenario from any folder.
std::string resolved_scenario(const Scenario& scenario);

}  // namespace offramp
