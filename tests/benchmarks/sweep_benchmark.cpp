// What a sweep costs beside its simulations: the overhead of a point, and two workers beside one.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "sim/simulation/simulation.hpp"
#include "sim/sweep/run_sweep.hpp"
#include "tests/simulation/probe.hpp"

namespace offramp::benchmark {
namespace {

/// Points of one size whose images are all the same to them.
Sweep uniform_sweep(std::size_t points, double duration_s) {
  Sweep sweep;
  sweep.name = "benchmark";
  sweep.parameters = {"seed"};
  for (std::size_t p = 0; p < points; ++p) {
    SweepPoint& point = sweep.points.emplace_back();
    point.scenario = probe_scenario(50, 2);
    point.scenario.duration_s = duration_s;
    point.scenario.seed = p;
    point.scenario.output.requests = false;
    point.values = {fmt::to_string(p)};
    point.key = point.values[0];
  }
  return sweep;
}

/// Wall-clock seconds of the whole sweep: planning, forking, simulating, storing.
double time_sweep(const Sweep& sweep, const ExitProfile& profile, std::size_t jobs) {
  std::string name = (std::filesystem::temp_directory_path() / "offramp-benchmark-XXXXXX").string();
  const std::filesystem::path directory = ::mkdtemp(name.data());
  std::vector<std::string> keys;
  for (const SweepPoint& point : sweep.points) keys.push_back(point.key);
  const auto began = std::chrono::steady_clock::now();
  {
    ResultStore store(directory, sweep, keys);
    const SweepEnd end = run_sweep(
        sweep,
        [&](std::size_t point, std::size_t replication) {
          const Scenario& scenario = sweep.points[point].scenario;
          const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
          return simulate(scenario, routes, replication).result;
        },
        store, jobs);
    if (end.failed > 0 || end.stored != sweep.points.size()) throw std::runtime_error("a point failed");
  }
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::filesystem::remove_all(directory);
  return wall_s;
}

double median_of_three(const Sweep& sweep, const ExitProfile& profile, std::size_t jobs) {
  std::vector<double> times;
  for (int round = 0; round < 3; ++round) times.push_back(time_sweep(sweep, profile, jobs));
  std::sort(times.begin(), times.end());
  return times[1];
}

}  // namespace
}  // namespace offramp::benchmark

int main() {
  using namespace offramp;
  using namespace offramp::benchmark;
  const ProbeProfile probe(std::vector<bool>(10'000, false), 4000);
  const ExitProfile profile = probe.profile();
  const Sweep tiny = uniform_sweep(200, 0.1);
  fmt::print("overhead of a point: {:.1f} ms\n", 1000 * median_of_three(tiny, profile, 1) / 200);
  const Sweep large = uniform_sweep(24, 3000);
  const double one_s = median_of_three(large, profile, 1);
  const double two_s = median_of_three(large, profile, 2);
  fmt::print("24 points of {:.2f} s: one worker {:.2f} s, two workers {:.2f} s: {:.2f} times as fast\n",
             one_s / 24, one_s, two_s, one_s / two_s);
}
