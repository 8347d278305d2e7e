#include "sim/sweep/run_sweep.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

#include "sim/sweep/precision.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp {
namespace {

using Clock = std::chrono::steady_clock;

struct Run {
  std::size_t point = 0;
  std::size_t replication = 0;
  Clock::time_point began = {};
};

bool is_done(ResultStore::State state) {
  return state == ResultStore::State::stored || state == ResultStore::State::failed;
}

}  // namespace

double expected_requests(const Scenario& scenario) {
  double per_s = 0;
  for (const DeviceGroup& group : scenario.devices)
    per_s += static_cast<double>(group.count) * group.arrivals.rate_per_s;
  return per_s * (scenario.warmup_s + scenario.duration_s);
}

SweepEnd run_sweep(const Sweep& sweep, const SimulatePoint& simulate, ResultStore& store, std::size_t jobs,
                   const std::function<void(const SweepProgress&)>& on_progress,
                   const std::function<bool(std::size_t)>& chosen) {
  std::vector<Run> runs;
  std::deque<std::size_t> waiting;  // of `runs`
  SweepProgress progress;
  struct PointState {
    std::size_t scheduled = 0;  ///< replications 0 ... scheduled - 1 are done, waiting or under way
    std::size_t open = 0;       ///< of these not yet done
  };
  std::vector<PointState> states(sweep.points.size());
  const auto schedule = [&](std::size_t p, std::size_t upto) {
    while (states[p].scheduled < upto) {
      const std::size_t r = states[p].scheduled++;
      ++progress.runs;
      if (is_done(store.state(p, r))) {
        ++progress.done;
        continue;
      }
      ++states[p].open;
      waiting.push_back(runs.size());
      runs.push_back({p, r});
      progress.requests += expected_requests(sweep.points[p].scenario);
    }
  };
  // With a goal for the interval, one more replication when all that are known do not reach it: which they
  // are does not depend on how many run at once.
  const auto extend = [&](std::size_t p) {
    const Scenario& scenario = sweep.points[p].scenario;
    while (scenario.until && states[p].open == 0 && states[p].scheduled < scenario.replications) {
      std::vector<double> values;
      for (std::size_t r = 0; r < states[p].scheduled; ++r)
        values.push_back(store.figure(p, r, scenario.until->metric));
      if (enough_replications(scenario, values)) return;
      schedule(p, states[p].scheduled + 1);
    }
  };
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    if (chosen && !chosen(p)) continue;
    const Scenario& scenario = sweep.points[p].scenario;
    schedule(p, scenario.until ? scenario.until->least : scenario.replications);
    extend(p);
  }
  SweepEnd end;
  const auto next = [&]() -> std::optional<std::size_t> {
    if (waiting.empty()) return std::nullopt;
    const std::size_t task = waiting.front();
    waiting.pop_front();
    runs[task].began = Clock::now();
    return task;
  };
  const auto work = [&](std::size_t task) {
    return to_bytes(simulate(runs[task].point, runs[task].replication));
  };
  const auto on_answer = [&](const TaskAnswer& answer) {
    const Run run = runs[answer.task];  // a copy: there may be more of them soon
    TryRecord how;
    how.wall_s = std::chrono::duration<double>(Clock::now() - run.began).count();
    how.error = answer.error;
    if (answer.failed()) {
      if (store.add_failure(run.point, run.replication, how) == ResultStore::State::failed_once) {
        waiting.push_back(answer.task);
        return;
      }
      ++end.failed;
    } else {
      const ReplicationResult result = replication_result_from(answer.result);
      how.loop_s = result.loop_s;
      how.setup_s = result.setup_s;
      store.add(run.point, run.replication, result, how);
      ++end.stored;
    }
    ++progress.done;
    --states[run.point].open;
    progress.requests_done += expected_requests(sweep.points[run.point].scenario);
    extend(run.point);
    if (on_progress) on_progress(progress);
  };
  end.interrupted = !run_task_stream(jobs, next, work, on_answer);
  end.progress = progress;
  return end;
}

}  // namespace offramp
