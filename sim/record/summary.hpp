#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// summary.json: counts summed and estimates averaged over replications, under nested keys
/// ("latency_s.p95" -> {"latency_s": {"p95": {"value": x, "ci95": [lo, hi]}}}).
/// @param label  what people call it: the scenario, or one of its comparisons
nlohmann::ordered_json summary_json(const Scenario& scenario, const std::string& label,
                                    std::span<const ReplicationResult> replications);

}  // namespace offramp
