// How often a 95 % interval holds the true mean: thousands of experiments with a device that is an M/D/1
// queue, each an interval over replications. `ninja coverage` prints the table of analysis/statistics.md; no
// part of ctest.

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "analysis/stats/estimate.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/simulation/probe.hpp"

namespace offramp {
namespace {

constexpr double kServiceS = 0.1;
constexpr std::size_t kReplications = 10;

struct Figures {
  double mean_s = 0;
  double p95_s = 0;
};

/// One device that computes 0.1 s for each image, with a queue that is never full.
Scenario md1(double load, double requests) {
  Scenario scenario = probe_scenario(1, load / kServiceS);
  DeviceGroup& group = scenario.devices[0];
  group.type.overhead_s_per_run = kServiceS;
  group.offload.reset();
  group.policy = {"never", {}, {}};
  group.queue_limit = 1'000'000;
  scenario.duration_s = requests / (load / kServiceS);
  scenario.warmup_s = 50;
  scenario.output.requests = false;
  return scenario;
}

double figure(const ReplicationResult& result, const char* name) {
  for (const Metric& metric : result.metrics)
    if (metric.name == name) return metric.value;
  return std::nan("");
}

bool holds(const Estimate& estimate, double truth) {
  return estimate.ci95->first <= truth && truth <= estimate.ci95->second;
}

void print_coverage(double load, double requests, std::size_t experiments) {
  const ProbeProfile probe(std::vector<bool>(10, true), 100);
  const ExitProfile profile = probe.profile();
  Scenario scenario = md1(load, requests);
  const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
  const std::vector<std::string> answers =
      run_in_processes(experiments * kReplications, available_processors(), [&](std::size_t task) {
        scenario.seed = task / kReplications + 1;
        const ReplicationResult result = simulate(scenario, routes, task % kReplications).result;
        const Figures figures{figure(result, "latency_s.mean"), figure(result, "latency_s.p95")};
        return std::string(reinterpret_cast<const char*>(&figures), sizeof figures);
      });
  std::vector<double> means(answers.size()), p95s(answers.size());
  double p95_of_all = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Figures figures;
    std::memcpy(&figures, answers[i].data(), sizeof figures);
    means[i] = figures.mean_s;
    p95s[i] = figures.p95_s;
    p95_of_all += figures.p95_s / static_cast<double>(answers.size());
  }
  // Pollaczek and Khinchine: the time in the system of M/D/1 is s + rho s / (2 (1 - rho)).
  const double truth = kServiceS * (1 + load / (2 * (1 - load)));
  std::size_t mean_held = 0, p95_held = 0;
  for (std::size_t e = 0; e < experiments; ++e) {
    const std::size_t from = e * kReplications;
    if (holds(*estimate_mean(std::span(means).subspan(from, kReplications)), truth)) ++mean_held;
    if (holds(*estimate_mean(std::span(p95s).subspan(from, kReplications)), p95_of_all)) ++p95_held;
  }
  const auto share = [&](std::size_t held) {
    return 100 * static_cast<double>(held) / static_cast<double>(experiments);
  };
  fmt::print("| {:.1f} | {:.0f} | {} | {} | {:.2f} | {:.2f} |\n", load, requests, kReplications, experiments,
             share(mean_held), share(p95_held));
  std::fflush(stdout);
}

}  // namespace
}  // namespace offramp

/// @param argv  experiments a row
int main(int argc, char** argv) {
  const std::size_t experiments = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 4000;
  fmt::print(
      "| load | requests a replication | replications | experiments | interval of the mean holds the truth, "
      "% "
      "| interval of p95 holds it, % |\n|---|---|---|---|---|---|\n");
  offramp::print_coverage(0.5, 4000, experiments);
  offramp::print_coverage(0.8, 4000, experiments);
}
