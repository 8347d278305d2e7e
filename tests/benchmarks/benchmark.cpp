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
  struct Peer {
    std::size_t devices;
    double yafs;
  };
  const std::vector<Peer> points = {{100, 13'100}, {1'000, 13'400}, {10'000, 8'800}, {100'000, 0}};
  fmt::print("| devices | bare SimGrid loop, requests/s | Offramp, requests/s | Offramp / bare | YAFS (fastest peer) | Offramp / YAFS | memory, MB |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  std::vector<std::vector<LoopCost>> rows;
  for (const Peer& point : points) {
    Fleet fleet;
    fleet.devices = point.devices;
    fleet.requests = std::max(600'000.0, 12.0 * static_cast<double>(point.devices));
    const auto costs = fastest({run_bare_loop, run_offramp}, fleet, rounds);
    rows.push_back(costs);
    const double bare = costs[0].requests_per_s();
    const double ours = costs[1].requests_per_s();
    fmt::print("| {} | {} | {} | {:.2f} | {} | {} | {:.0f} |\n", grouped(static_cast<double>(point.devices)),
               grouped(bare), grouped(ours), ours / bare, point.yafs > 0 ? grouped(point.yafs) : "-",
               point.yafs > 0 ? fmt::format("{:.0f}", ours / point.yafs) : "-",
               costs[1].peak_rss_bytes / 1e6);
    std::fflush(stdout);
  }
  for (const std::size_t loop : {0, 1})
    fmt::print("{}: a request costs {:.2f} times as much at 100,000 devices as at 1,000.\n",
               loop == 0 ? "Bare" : "Offramp",
               rows[1][loop].requests_per_s() / rows[3][loop].requests_per_s());
}

}  // namespace
}  // namespace offramp::benchmark

int main(int argc, char** argv) {
  offramp::benchmark::print_scale(argc > 1 ? std::atoi(argv[1]) : 5);
}
