#include "sim/sweep/time_estimate.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "sim/sweep/process_pool.hpp"

namespace offramp {
namespace {

constexpr double kRequestsTried = 50'000;

Scenario shortened(Scenario scenario) {
  const double requests = expected_requests(scenario);
  if (requests <= kRequestsTried) return scenario;
  scenario.duration_s *= kRequestsTried / requests;
  scenario.warmup_s *= kRequestsTried / requests;
  return scenario;
}

}  // namespace

TimeEstimate estimate_time(
    const Sweep& sweep,
    const std::function<ReplicationResult(std::size_t, const Scenario&)>& simulate_scenario,
    const std::vector<std::size_t>& missing, std::size_t jobs) {
  std::vector<std::pair<double, std::size_t>> by_size;  // requests, point
  for (std::size_t p = 0; p < sweep.points.size(); ++p)
    if (missing[p] > 0) by_size.emplace_back(expected_requests(sweep.points[p].scenario), p);
  TimeEstimate estimate;
  if (by_size.empty()) return estimate;
  std::sort(by_size.begin(), by_size.end());
  const std::set<std::size_t> tried{by_size.front().second, by_size[by_size.size() / 2].second,
                                    by_size.back().second};
  estimate.tried = tried.size();
  double fixed_s = 0, loop_s = 0, requests = 0;
  for (const std::size_t point : tried) {
    const auto began = std::chrono::steady_clock::now();
    const auto answer = run_in_processes(1, 1, [&](std::size_t) {
      return to_bytes(simulate_scenario(point, shortened(sweep.points[point].scenario)));
    });
    const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const ReplicationResult result = replication_result_from(answer[0]);
    fixed_s += wall_s - result.loop_s;
    loop_s += result.loop_s;
    requests += result.requests;
  }
  fixed_s /= static_cast<double>(tried.size());
  const double s_per_request = requests > 0 ? loop_s / requests : 0;
  double total_s = 0;
  for (const auto& [size, point] : by_size) {
    const auto runs = static_cast<double>(missing[point]);
    total_s += runs * (fixed_s + size * s_per_request);
    estimate.requests += runs * size;
  }
  estimate.wall_s = total_s / static_cast<double>(std::max<std::size_t>(1, jobs));
  return estimate;
}

}  // namespace offramp
