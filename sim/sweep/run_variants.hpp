#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/tier_plan.hpp"

namespace offramp {

/// Trace events of a variant's first replication, and of how many of its requests.
struct TraceWish {
  std::filesystem::path file;
  std::size_t limit = 0;
};

/// A scenario, or one of its named comparisons, ready to run.
struct Variant {
  std::string name;
  Scenario scenario;
  std::vector<RoutePlan> routes;    ///< one for each of route_owners
  std::filesystem::path directory;  ///< where its replications write their requests; exists
  std::optional<TraceWish> trace{};
};

/// Runs every replication of every variant (with `replications.until`: as many as it takes), each in a
/// process of its own, as many at once as there are processors. Replication r of a variant writes its
/// requests to directory/requests.csv.r (without a header).
/// @param on_done  how many of variants * replications are done, those under way in part; called a few
///                 times a second
/// @return [variant][replication]
std::vector<std::vector<ReplicationResult>> run_variants(const std::vector<Variant>& variants,
                                                         const std::function<void(double done)>& on_done);

}  // namespace offramp
