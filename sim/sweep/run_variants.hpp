#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// A scenario, or one of its named comparisons, ready to run.
struct Variant {
  std::string name;
  Scenario scenario;
  std::vector<RoutePlan> routes;    ///< one for each of route_owners
  std::filesystem::path directory;  ///< where its replications write their requests; exists
};

/// Runs every replication of every variant (with `replications.until`: as many as it takes), each in a
/// process of its own, as many at once as there are processors. Replication r of a variant writes its
/// requests to directory/requests.csv.r (without a header).
/// @param on_done  how many of variants * replications are done
/// @return [variant][replication]
std::vector<std::vector<ReplicationResult>> run_variants(
    const std::vector<Variant>& variants, const std::function<void(std::size_t done)>& on_done);

}  // namespace offramp
