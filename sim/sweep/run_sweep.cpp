#include "sim/sweep/run_sweep.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "sim/sweep/precision.hpp"
#include "sim/sweep/process_pool.hpp"

namespace offramp {
namespace {

using Clock = std::chrono::steady_clock;

struct Run {
  static constexpr std::size_t kPilot = SIZE_MAX;  ///< measures the warm-up
  std::size_t point = 0;
  std::size_t replication = 0;
  Clock::time_point began = {};
  int failures = 0;  ///< of a pilot
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
                   const std::function<bool(std::size_t)>& chosen, const WarmUpPilots& pilots) {
  std::vector<Run> runs;
  std::deque<std::size_t> waiting;  // of `runs`
  SweepProgress progress;
  struct PointState {
    std::size_t scheduled = 0;      ///< replications 0 ... scheduled - 1 are done, waiting or under way
    std::size_t open = 0;           ///< of these not yet done
    bool settled = true;            ///< its warm-up is known
    bool failed = false;            ///< and cannot be
    std::vector<std::size_t> held;  ///< of `runs`: they begin when it is
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
      if (states[p].settled)
        waiting.push_back(runs.size());
      else
        states[p].held.push_back(runs.size());
      runs.push_back({p, r});
      progress.requests += expected_requests(sweep.points[p].scenario);
    }
  };
  // With a goal for the interval, one more replication when all that are known do not reach it: which they
  // are does not depend on how many run at once.
  const auto extend = [&](std::size_t p) {
    const Scenario& scenario = sweep.points[p].scenario;
    while (scenario.until && !states[p].failed && states[p].open == 0 &&
           states[p].scheduled < scenario.replications) {
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
    states[p].settled = !scenario.warmup_auto || !pilots.measure;
    schedule(p, scenario.until ? scenario.until->least : scenario.replications);
    extend(p);
    if (states[p].held.empty()) continue;
    waiting.push_back(runs.size());
    runs.push_back({p, Run::kPilot});
  }
  SweepEnd end;
  const auto fail = [&](const Run& run, const TryRecord& how) {
    while (store.state(run.point, run.replication) != ResultStore::State::failed)
      store.add_failure(run.point, run.replication, how);
    ++end.failed;
    ++progress.done;
    --states[run.point].open;
  };
  const auto on_pilot = [&](std::size_t task, const TaskAnswer& answer) {
    PointState& state = states[runs[task].point];
    if (answer.failed()) {
      if (++runs[task].failures < ResultStore::kTries) return waiting.push_back(task);
      TryRecord how;
      how.error = answer.error;
      state.failed = true;
      for (const std::size_t held : state.held) fail(runs[held], how);
    } else {
      double warm_up_s = 0;
      std::memcpy(&warm_up_s, answer.result.data(), sizeof warm_up_s);
      pilots.settled(runs[task].point, warm_up_s);
      state.settled = true;
      waiting.insert(waiting.end(), state.held.begin(), state.held.end());
    }
    state.held.clear();
  };
  const auto next = [&]() -> std::optional<std::size_t> {
    if (waiting.empty()) return std::nullopt;
    const std::size_t task = waiting.front();
    waiting.pop_front();
    runs[task].began = Clock::now();
    return task;
  };
  const auto work = [&](std::size_t task) {
    if (runs[task].replication == Run::kPilot) {
      const double warm_up_s = pilots.measure(runs[task].point);
      return std::string(reinterpret_cast<const char*>(&warm_up_s), sizeof warm_up_s);
    }
    return to_bytes(simulate(runs[task].point, runs[task].replication));
  };
  const auto on_answer = [&](const TaskAnswer& answer) {
    const Run run = runs[answer.task];  // a copy: there may be more of them soon
    if (run.replication == Run::kPilot) return on_pilot(answer.task, answer);
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

std::size_t runs_left(const Sweep& sweep, ResultStore& store, std::size_t point) {
  const Scenario& scenario = sweep.points[point].scenario;
  std::size_t left = 0;
  const std::size_t least = scenario.until ? scenario.until->least : scenario.replications;
  std::vector<double> values;
  for (std::size_t r = 0; r < least; ++r)
    if (!is_done(store.state(point, r))) ++left;
  if (left > 0 || !scenario.until) return left;
  for (std::size_t r = 0; r < scenario.replications; ++r) {
    if (r >= least && enough_replications(scenario, values)) return 0;
    if (!is_done(store.state(point, r))) return 1;
    values.push_back(store.figure(point, r, scenario.until->metric));
  }
  return 0;
}

}  // namespace offramp
