#include "tests/sweep/study.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "sim/core/error.hpp"
#include "sim/record/recorder.hpp"

namespace offramp {
namespace fs = std::filesystem;

Study::Study(std::size_t points, std::size_t replications) {
  std::string name = (fs::temp_directory_path() / "offramp-sweep-XXXXXX").string();
  root_ = ::mkdtemp(name.data());
  sweep_.name = "study";
  sweep_.parameters = {"devices.0.count"};
  for (std::size_t p = 0; p < points; ++p) {
    SweepPoint& point = sweep_.points.emplace_back();
    point.values = {fmt::to_string(10 * (p + 1))};
    point.key = fmt::format("key {}", p);
    Scenario& scenario = point.scenario;
    scenario.duration_s = 10;
    scenario.replications = replications;
    scenario.seed = 5;
    DeviceGroup& group = scenario.devices.emplace_back();
    group.count = 10 * (p + 1);
    group.model.num_exits = 2;
    group.arrivals.rate_per_s = 1;
    group.access = "wifi";
    scenario.network.access["wifi"] = {};
  }
}

Study::~Study() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

std::vector<std::string> Study::keys() const {
  std::vector<std::string> keys;
  for (const SweepPoint& point : sweep_.points) keys.push_back(point.key);
  return keys;
}

ReplicationResult Study::simulate(std::size_t point, std::size_t replication) const {
  const std::string line = fmt::format("{}.{}\n", point, replication);
  const int fd = ::open((root_ / "simulated").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw std::runtime_error("no note of the run");
  ::close(fd);
  const Scenario& scenario = sweep_.points[point].scenario;
  ReplicationResult result = Recorder(scenario, 2).result();
  for (Metric& metric : result.metrics) {
    if (metric.name == "latency_s.p95")
      metric.value = static_cast<double>(scenario.devices[0].count) / 7 + static_cast<double>(replication);
    if (metric.name == "requests.offered") metric.value = static_cast<double>(100 * point + replication);
  }
  result.offered_loads = {{"device", 0.25}, {"uplink", 0.5 * static_cast<double>(point)}};
  result.requests = 100;
  return result;
}

std::vector<std::string> Study::simulated() const {
  std::vector<std::string> lines;
  std::ifstream in(root_ / "simulated");
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

SweepEnd Study::run(std::size_t jobs) const {
  return run(jobs,
             [this](std::size_t point, std::size_t replication) { return simulate(point, replication); });
}

SweepEnd Study::run(std::size_t jobs, const SimulatePoint& simulate) const {
  ResultStore store(directory(), sweep_, keys());
  return run_sweep(sweep_, simulate, store, jobs);
}

int Study::run_apart(std::size_t jobs, const SimulatePoint& simulate) const {
  const pid_t pid = ::fork();
  if (pid == 0) {
    try {
      run(jobs, simulate);
      ::_exit(0);
    } catch (const UserError&) {
      ::_exit(2);
    } catch (const std::exception&) {
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

}  // namespace offramp
