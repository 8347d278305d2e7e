#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace offramp {

/// "devices.0.count" and the YAML text of its value, from --set or a comparison.
using Override = std::pair<std::string, std::string>;

/// Reads a scenario strictly: unknown or doubled keys, wrong units, values out of range, fields that
/// do not fit each other are all reported together, each with its place. Overrides are applied first,
/// in their order; `null` as a value removes the key. Each entry of `compare` is checked as well.
/// @throws UserError with every problem found
Scenario read_scenario(const std::filesystem::path& file, const std::vector<Override>& overrides = {});

/// One entry of a scenario's `compare` as a scenario of its own, without comparisons: the file, then
/// `overrides`, then what the entry sets.
Scenario read_comparison(const std::filesystem::path& file, const std::vector<Override>& overrides,
                         const ComparisonSpec& comparison);

/// Splits "KEY=VALUE". @throws UserError when there is no "=" or no key
Override parse_override(const std::string& text);

}  // namespace offramp
