// How often a 95 % interval holds the truth: thousands of experiments with a device that is an M/D/1 queue,
// each an interval over replications; and with profiles of images that are drawn anew for each experiment,
// each an interval of figures about answers. `ninja coverage` prints the tables of analysis/statistics.md; no
// part of ctest.

#include <fmt/format.h>

#include <array>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "analysis/stats/estimate.hpp"
#include "sim/core/random_stream.hpp"
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
  fmt::print("| {:.1f} | {:.0f} | {:.0f} | {} | {} | {:.2f} | {:.2f} |\n", load, scenario.duration_s,
             requests, kReplications, experiments, share(mean_held), share(p95_held));
  std::fflush(stdout);
}

/// Images of which exit 0 is sure with a probability, and each exit right with another.
constexpr double kSure = 0.6;
constexpr double kRightWhenSure = 0.95;
constexpr double kRightBehind = 0.85;

ProbeProfile drawn_images(std::size_t images, std::uint64_t experiment) {
  RandomEngine random = random_stream(experiment, 0, 0, "images of an experiment");
  const auto chance = [&](double probability) {
    return boost::random::uniform_01<double>()(random) < probability;
  };
  std::vector<bool> sure;
  for (std::size_t i = 0; i < images; ++i) sure.push_back(chance(kSure));
  ProbeProfile probe(sure, 100);
  for (std::size_t i = 0; i < images; ++i)
    if (!chance(sure[i] ? kRightWhenSure : kRightBehind)) probe.labels[i] = 1 - probe.labels[i];
  return probe;
}

/// Figures about answers, with and without the sampling error of the images.
void print_image_coverage(std::size_t images, std::size_t experiments) {
  struct Truth {
    const char* metric;
    double value;
  };
  static constexpr std::array kTruths{
      Truth{"accuracy.top1", kSure * kRightWhenSure + (1 - kSure) * kRightBehind},
      Truth{"exits.0.share", kSure}, Truth{"exits.0.accuracy", kRightWhenSure}};
  using Row = std::array<double, 2 * kTruths.size()>;  // values, then standard errors
  Scenario scenario = probe_scenario(20, 5);
  scenario.devices[0].policy = {"entropy", {0.1}, {}};
  scenario.devices[0].offload = OffloadSpec{"exit 0", "probe"};
  scenario.duration_s = 20;
  scenario.output.requests = false;
  const std::vector<std::string> answers =
      run_in_processes(experiments * kReplications, available_processors(), [&](std::size_t task) {
        scenario.seed = task / kReplications + 1;
        const ProbeProfile probe = drawn_images(images, scenario.seed);
        const ExitProfile profile = probe.profile();
        const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
        const ReplicationResult result = simulate(scenario, routes, task % kReplications).result;
        Row row{};
        for (std::size_t k = 0; k < kTruths.size(); ++k) {
          row[k] = figure(result, kTruths[k].metric);
          for (const ImageSamplingError& error : result.image_sampling)
            if (error.metric == kTruths[k].metric) row[kTruths.size() + k] = error.standard_error;
        }
        return std::string(reinterpret_cast<const char*>(&row), sizeof row);
      });
  for (std::size_t k = 0; k < kTruths.size(); ++k) {
    std::size_t held = 0, held_without = 0;
    for (std::size_t e = 0; e < experiments; ++e) {
      std::vector<double> values;
      double standard_error = 0;
      for (std::size_t r = 0; r < kReplications; ++r) {
        Row row;
        std::memcpy(&row, answers[e * kReplications + r].data(), sizeof row);
        values.push_back(row[k]);
        standard_error = row[kTruths.size() + k];
      }
      Estimate estimate = *estimate_mean(values);
      if (holds(estimate, kTruths[k].value)) ++held_without;
      widen95(estimate, standard_error);
      if (holds(estimate, kTruths[k].value)) ++held;
    }
    const auto share = [&](std::size_t count) {
      return 100 * static_cast<double>(count) / static_cast<double>(experiments);
    };
    fmt::print("| `{}` | {} | {:.2f} | {} | {} | {:.2f} | {:.2f} |\n", kTruths[k].metric, images,
               kTruths[k].value, kReplications, experiments, share(held), share(held_without));
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace offramp

/// @param argv  experiments a row; then "queue" or "images" for one table of the two
int main(int argc, char** argv) {
  const std::size_t experiments = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 4000;
  const std::string_view table = argc > 2 ? argv[2] : "";
  if (table != "images") {
    fmt::print(
        "| load | horizon, s | requests a replication | replications | experiments | interval of the mean "
        "holds the "
        "truth, % | interval of p95 holds it, % |\n|---|---|---|---|---|---|---|\n");
    offramp::print_coverage(0.5, 4000, experiments);
    offramp::print_coverage(0.8, 4000, experiments);
  }
  if (table != "queue") {
    fmt::print(
        "\n| figure | images | truth | replications | experiments | interval holds it, % | without the "
        "images' part, "
        "% |\n|---|---|---|---|---|---|---|\n");
    offramp::print_image_coverage(500, experiments);
  }
}
