#pragma once

#include <nlohmann/json_fwd.hpp>

namespace offramp {

/// Checks a summary against a golden one. Counts are exact; the rest agrees to 1e-9, since compilers may
/// round differently.
void check_golden(const nlohmann::json& summary, const nlohmann::json& golden);

}  // namespace offramp
