#include "sim/sweep/run_variants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "sim/record/requests_csv.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/precision.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp {
namespace {

struct Task {
  const Variant* variant;
  std::size_t replication;
};

ReplicationResult run(const Task& task) {
  const Variant& variant = *task.variant;
  Replication replication = simulate(variant.scenario, variant.routes, task.replication);
  const auto began = std::chrono::steady_clock::now();
  if (variant.scenario.output.requests)
    write_requests_part(variant.directory, task.replication, replication.requests,
                        variant.scenario.network.gateway.has_value());
  replication.result.write_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return replication.result;
}

}  // namespace

namespace {

std::vector<double> values_of(const std::vector<ReplicationResult>& results, const std::string& metric) {
  std::vector<double> values;
  for (const ReplicationResult& result : results)
    for (const Metric& one : result.metrics)
      if (one.name == metric) values.push_back(one.value);
  return values;
}

/// What ran ahead of the last replication that counts is taken back.
void keep_first(std::vector<ReplicationResult>& results, std::size_t count, const Variant& variant) {
  for (std::size_t r = count; r < results.size() && variant.scenario.output.requests; ++r)
    std::filesystem::remove(variant.directory / fmt::format("requests.csv.{}", r));
  results.resize(count);
}

}  // namespace

std::vector<std::vector<ReplicationResult>> run_variants(const std::vector<Variant>& variants,
                                                         const std::function<void(std::size_t)>& on_done) {
  std::vector<std::vector<ReplicationResult>> results(variants.size());
  std::vector<std::size_t> wanted;
  for (const Variant& variant : variants)
    wanted.push_back(variant.scenario.until ? variant.scenario.until->least : variant.scenario.replications);
  std::size_t done_before = 0;
  for (;;) {
    std::vector<Task> tasks;
    for (std::size_t v = 0; v < variants.size(); ++v)
      for (std::size_t r = results[v].size(); r < wanted[v]; ++r) tasks.push_back({&variants[v], r});
    if (tasks.empty()) return results;
    const std::vector<std::string> answers = run_in_processes(
        tasks.size(), available_processors(), [&](std::size_t task) { return to_bytes(run(tasks[task])); },
        [&](std::size_t done) {
          if (on_done) on_done(done_before + done);
        });
    done_before += tasks.size();
    for (std::size_t t = 0; t < tasks.size(); ++t)
      results[static_cast<std::size_t>(tasks[t].variant - variants.data())].push_back(
          replication_result_from(answers[t]));
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const Scenario& scenario = variants[v].scenario;
      if (!scenario.until || results[v].size() < wanted[v]) continue;
      const auto enough = enough_replications(scenario, values_of(results[v], scenario.until->metric));
      if (enough)
        keep_first(results[v], wanted[v] = *enough, variants[v]);
      else
        wanted[v] = std::min(wanted[v] + available_processors(), scenario.replications);
    }
  }
}

}  // namespace offramp
