// Requests simulated a second by one core: a bare SimGrid loop and Offramp on the same work, side by side.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "sim/sweep/process_pool.hpp"
#include "tests/benchmarks/fleet.hpp"

namespace offramp::benchmark {
namespace {

using Loop = std::function<LoopCost(const Fleet&)>;

/// Runs it in a process of its own: one Engine a process, and nobody else's memory.
LoopCost run_apart(const Loop& loop, const Fleet& fleet) {
  const auto answer = run_in_processes(1, 1, [&](std::size_t) {
    const LoopCost cost = loop(fleet);
    return std::string(reinterpret_cast<const char*>(&cost), sizeof cost);
  });
  LoopCost cost;
  std::memcpy(&cost, answer[0].data(), sizeof cost);
  return cost;
}

/// The fastest of several runs of each loop, taken in turn, so that a busy machine hits all alike.
std::vector<LoopCost> fastest(const std::vector<Loop>& loops, const Fleet& fleet, int rounds) {
  std::vector<LoopCost> best(loops.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t l = 0; l < loops.size(); ++l) {
      const LoopCost cost = run_apart(loops[l], fleet);
      if (round == 0 || cost.requests_per_s() > best[l].requests_per_s()) best[l] = cost;
    }
  return best;
}

/// 1234567 -> "1,234,567".
std::string grouped(double value) {
  const auto whole = static_cast<std::uint64_t>(std::llround(value));
  if (whole < 1000) return fmt::format("{}", whole);
  return fmt::format("{},{:03}", grouped(static_cast<double>(whole / 1000)), whole % 1000);
}

void print_scale(int rounds) {
  // Peers as shipped, on nearly the same work on a two-core machine; they are not run here.
  struct Point {
    std::size_t devices;
    double yafs_requests_per_s;
  };
  const std::vector<Point> points = {{100, 13'100}, {1'000, 13'400}, {10'000, 8'800}, {100'000, 0}};
  fmt::print(
      "| devices | bare SimGrid loop, requests/s | Offramp, requests/s | Offramp / bare "
      "| YAFS (fastest peer), requests/s | Offramp / YAFS | memory, MB |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  std::vector<std::vector<LoopCost>> rows;
  for (const Point& point : points) {
    Fleet fleet;
    fleet.devices = point.devices;
    fleet.requests = std::max(600'000.0, 12.0 * static_cast<double>(point.devices));
    const auto costs = fastest({run_bare_loop, run_offramp}, fleet, rounds);
    rows.push_back(costs);
    const double bare = costs[0].requests_per_s();
    const double ours = costs[1].requests_per_s();
    const double yafs = point.yafs_requests_per_s;
    fmt::print("| {} | {} | {} | {:.2f} | {} | {} | {:.0f} |\n", grouped(static_cast<double>(point.devices)),
               grouped(bare), grouped(ours), ours / bare, yafs > 0 ? grouped(yafs) : "-",
               yafs > 0 ? fmt::format("{:.0f}", ours / yafs) : "-", costs[1].peak_rss_bytes / 1e6);
    std::fflush(stdout);
  }
  fmt::print("\nFrom 1,000 to 100,000 devices the cost of a request grows by {:.2f} (bare loop: {:.2f}).\n",
             rows[1][1].requests_per_s() / rows[3][1].requests_per_s(),
             rows[1][0].requests_per_s() / rows[3][0].requests_per_s());
}

Fleet overloaded(std::size_t devices, std::size_t devices_per_gateway, double uplink_load,
                 double cloud_load) {
  Fleet fleet;
  fleet.devices = devices;
  fleet.devices_per_gateway = devices_per_gateway;
  fleet.uplink_load = uplink_load;
  fleet.cloud_load = cloud_load;
  return fleet;
}

/// What a request costs when more is asked than can be done, and whether that grows with the run.
void print_overload(int rounds) {
  struct Case {
    const char* name;
    Fleet calm;
    Fleet busy;
  };
  Fleet slow_access = overloaded(300, 300, 1.5, 0.5);
  slow_access.access_bytes_per_s = slow_access.uplink_bytes_per_s() / 10;
  Fleet slow_access_calm = overloaded(300, 300, 0.6, 0.5);
  slow_access_calm.access_bytes_per_s = slow_access_calm.uplink_bytes_per_s() / 10;
  const std::vector<Case> cases = {
      {"uplink asked for 150 %, 100 devices", overloaded(100, 100, 0.6, 0.5), overloaded(100, 100, 1.5, 0.5)},
      {"uplink asked for 150 %, 300 devices", overloaded(300, 300, 0.6, 0.5), overloaded(300, 300, 1.5, 0.5)},
      {"the same, access links at a tenth of the uplink", slow_access_calm, slow_access},
      {"uplink asked for 150 %, 10,000 devices", overloaded(10'000, 10'000, 0.6, 0.5),
       overloaded(10'000, 10'000, 1.5, 0.5)},
      {"cloud asked for 150 %, 1,000 devices", overloaded(1'000, 100, 0.6, 0.5),
       overloaded(1'000, 100, 0.6, 1.5)},
  };
  fmt::print(
      "\n| overload | calm, requests/s | overloaded, requests/s | four times as long, requests/s "
      "| cost of a request / calm |\n|---|---|---|---|---|\n");
  for (const Case& one : cases) {
    Fleet longer = one.busy;
    longer.requests *= 4;
    const double calm = fastest({run_offramp}, one.calm, rounds)[0].requests_per_s();
    const double busy = fastest({run_offramp}, one.busy, rounds)[0].requests_per_s();
    const double long_busy = fastest({run_offramp}, longer, rounds)[0].requests_per_s();
    fmt::print("| {} | {} | {} | {} | {:.2f} |\n", one.name, grouped(calm), grouped(busy), grouped(long_busy),
               calm / std::min(busy, long_busy));
    std::fflush(stdout);
  }
}

/// Memory of long runs and of many devices, records off.
void print_memory() {
  fmt::print("\n| devices | access links | requests | requests/s | memory, MB |\n|---|---|---|---|---|\n");
  const auto print = [](std::size_t devices, bool slow_access, double requests) {
    Fleet fleet;
    fleet.devices = devices;
    fleet.requests = requests;
    if (slow_access) fleet.access_bytes_per_s = fleet.uplink_bytes_per_s() / 2;
    const LoopCost cost = run_apart(run_offramp, fleet);
    fmt::print("| {} | {} | {} | {} | {:.1f} |\n", grouped(static_cast<double>(devices)),
               slow_access ? "half an uplink" : "no limit", grouped(cost.requests),
               grouped(cost.requests_per_s()), cost.peak_rss_bytes / 1e6);
    std::fflush(stdout);
  };
  for (const double requests : {1e5, 1e6, 1e7}) print(1'000, false, requests);
  print(100'000, false, 1.2e6);
  print(100'000, true, 1.2e6);
}

}  // namespace
}  // namespace offramp::benchmark

/// @param argv  how often each loop is run; the fastest counts
int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  offramp::benchmark::print_scale(rounds);
  offramp::benchmark::print_overload(rounds);
  offramp::benchmark::print_memory();
}
