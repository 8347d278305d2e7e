#include "sim/sweep/settle_warm_up.hpp"

#include <cstring>

#include "analysis/stats/warm_up.hpp"
#include "sim/core/error.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp {

std::optional<double> measured_warm_up_s(const Scenario& scenario, const std::vector<RoutePlan>& routes) {
  const std::vector<std::string> answer = run_in_processes(1, 1, [&](std::size_t) -> std::string {
    Scenario pilot = scenario;
    pilot.warmup_s = 0;
    pilot.output.requests = true;
    std::vector<double> latencies_s;
    std::vector<double> arrivals_s;
    for (const RequestRecord& request : simulate(pilot, routes, 0).requests) {
      if (request.outcome != Outcome::completed && request.outcome != Outcome::fallen_back) continue;
      latencies_s.push_back(request.latency_s());
      arrivals_s.push_back(request.arrival_s);
    }
    const std::optional<std::size_t> cut = warm_up_mser5(latencies_s);
    if (!cut) return "";
    const double warm_up_s = *cut == 0 ? 0 : arrivals_s[*cut];
    return std::string(reinterpret_cast<const char*>(&warm_up_s), sizeof warm_up_s);
  });
  if (answer[0].empty()) return std::nullopt;
  double warm_up_s = 0;
  std::memcpy(&warm_up_s, answer[0].data(), sizeof warm_up_s);
  return warm_up_s;
}

double settled_warm_up_s(const Scenario& scenario, const std::vector<RoutePlan>& routes) {
  if (const std::optional<double> warm_up_s = measured_warm_up_s(scenario, routes)) return *warm_up_s;
  throw UserError(
      Place{scenario.file.string()},
      "warmup: auto: latencies do not settle within the first half of the run; make `duration` longer, or "
      "say how long the warm-up is (what is asked for more than it can do never settles)");
}

}  // namespace offramp
