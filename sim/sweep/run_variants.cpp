#include "sim/sweep/run_variants.hpp"

#include <fmt/format.h>

#include <chrono>

#include "sim/record/requests_csv.hpp"
#include "sim/simulation/simulation.hpp"
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

std::vector<std::vector<ReplicationResult>> run_variants(const std::vector<Variant>& variants,
                                                         const std::function<void(std::size_t)>& on_done) {
  std::vector<Task> tasks;
  for (const Variant& variant : variants)
    for (std::size_t r = 0; r < variant.scenario.replications; ++r) tasks.push_back({&variant, r});

  const std::vector<std::string> answers = run_in_processes(
      tasks.size(), available_processors(), [&](std::size_t task) { return to_bytes(run(tasks[task])); },
      on_done);

  std::vector<std::vector<ReplicationResult>> results;
  std::size_t next = 0;
  for (const Variant& variant : variants) {
    std::vector<ReplicationResult>& of_variant = results.emplace_back();
    for (std::size_t r = 0; r < variant.scenario.replications; ++r)
      of_variant.push_back(replication_result_from(answers[next++]));
  }
  return results;
}

}  // namespace offramp
