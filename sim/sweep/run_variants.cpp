#include "sim/sweep/run_variants.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "sim/record/requests_csv.hpp"
#include "sim/record/trace_events.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/precision.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp {
namespace {

struct Task {
  const Variant* variant;
  std::size_t replication;
};

/// A number a task that its process writes and this one reads.
class SharedShares {
 public:
  explicit SharedShares(std::size_t tasks) : bytes_(std::max<std::size_t>(1, tasks) * sizeof(double)) {
    void* memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    shares_ = static_cast<volatile double*>(memory);
  }
  ~SharedShares() { ::munmap(const_cast<double*>(shares_), bytes_); }
  SharedShares(const SharedShares&) = delete;
  SharedShares& operator=(const SharedShares&) = delete;

  volatile double* of(std::size_t task) { return shares_ + task; }
  double total() const {
    double sum = 0;
    for (std::size_t t = 0; t < bytes_ / sizeof(double); ++t) sum += std::min(1.0, double{shares_[t]});
    return sum;
  }

 private:
  std::size_t bytes_;
  volatile double* shares_ = nullptr;
};

ReplicationResult run(const Task& task, volatile double* share_done) {
  const Variant& variant = *task.variant;
  Replication replication = simulate(variant.scenario, variant.routes, task.replication, share_done);
  const auto began = std::chrono::steady_clock::now();
  if (variant.scenario.output.requests)
    write_requests_part(variant.directory, task.replication, replication.requests,
                        variant.scenario.network.gateway.has_value());
  if (variant.trace && task.replication == 0)
    write_trace_events(variant.trace->file, variant.scenario, replication.requests,
                       replication.result.window_bytes, variant.trace->limit);
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
                                                         const std::function<void(double)>& on_done) {
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
    SharedShares shares(tasks.size());
    const auto tell = [&] { on_done(static_cast<double>(done_before) + shares.total()); };
    const std::vector<std::string> answers = run_in_processes(
        tasks.size(), available_processors(),
        [&](std::size_t task) {
          volatile double* share = on_done ? shares.of(task) : nullptr;
          std::string answer = to_bytes(run(tasks[task], share));
          if (share != nullptr) *share = 1;
          return answer;
        },
        {}, on_done ? std::function<void()>(tell) : std::function<void()>());
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
