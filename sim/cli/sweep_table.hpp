#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/sweep/stored_sweep.hpp"

namespace offramp {

/// What `offramp sweep` shows of a point unless it is told otherwise.
const std::vector<std::string>& usual_metrics();

/// A row a point: its parameters and the means of some figures, with half of their 95 % intervals.
/// @throws UserError when a metric is none, with those near to it
std::string sweep_table(const StoredSweep& stored, const std::vector<std::string>& metrics);

/// The same with all figures: [{"point": 0, "parameters": {...}, "latency_s.p95": {"value", "ci95"}, ...}].
nlohmann::ordered_json sweep_json(const StoredSweep& stored);

}  // namespace offramp
