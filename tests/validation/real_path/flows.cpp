#include <fmt/format.h>

#include <algorithm>
#include <barrier>
#include <cstdio>
#include <numeric>
#include <thread>

#include "tests/validation/real_path/measurement.hpp"

namespace offramp::real_path {
namespace {

/// Flows that start together, each a message on a new connection. @return when each was over, from their
/// start
std::vector<double> finish_times_s(const EmulatedPath& path, int flows, std::uint64_t bytes) {
  std::vector<double> finished_s(static_cast<std::size_t>(flows));
  std::barrier start(flows);
  std::vector<std::thread> senders;
  for (double& finished : finished_s)
    senders.emplace_back([&] {
      Sender sender(path);
      start.arrive_and_wait();
      finished = sender.send_message_s(bytes);
    });
  for (std::thread& sender : senders) sender.join();
  return finished_s;
}

}  // namespace

void measure_flows(const Setting& setting, int flows, const std::vector<double>& message_bytes) {
  fmt::print(
      "{},flows,message_bytes,mean_ms,mean_min_ms,mean_max_ms,first_ms,last_ms,last_min_ms,last_max_ms,"
      "runs,discarded,worst_lateness_us\n",
      kLinkColumns);
  for (const double bytes : message_bytes) {
    Spread mean, first, last;
    for (int i = 0; i < setting.repetitions; ++i) {
      EmulatedPath path = make_path(setting.link);
      configure_tcp(path);
      const Receiver receiver(path);
      const auto times_s = finish_times_s(path, flows, static_cast<std::uint64_t>(bytes));
      const double late_s = path.relay().take_worst_lateness_s();
      if (setting.too_late(late_s, times_s.front())) {
        ++mean.discarded;
        continue;
      }
      mean.worst_lateness_s = std::max(mean.worst_lateness_s, late_s);
      mean.samples.push_back({std::accumulate(times_s.begin(), times_s.end(), 0.0) / flows, {}});
      first.samples.push_back({*std::min_element(times_s.begin(), times_s.end()), {}});
      last.samples.push_back({*std::max_element(times_s.begin(), times_s.end()), {}});
    }
    if (mean.samples.empty()) continue;
    fmt::print("{},{},{:.0f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{:.2f},{},{},{:.0f}\n",
               link_columns(setting.link), flows, bytes, mean.median() * 1e3, mean.least() * 1e3,
               mean.most() * 1e3, first.median() * 1e3, last.median() * 1e3, last.least() * 1e3,
               last.most() * 1e3, mean.samples.size(), mean.discarded, mean.worst_lateness_s * 1e6);
    std::fflush(stdout);
  }
}

}  // namespace offramp::real_path
