#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <thread>

#include "tests/validation/real_path/measurement.hpp"

namespace offramp::real_path {
namespace {

constexpr std::uint64_t kRequestBytes = 2000;
constexpr double kEvery_s = 0.2;

struct Window {
  double from_s;
  double to_s;
};
constexpr std::array kWindows = {Window{0, 2}, Window{2, 5}, Window{5, 10}, Window{10, 20}};

struct Request {
  double sent_s;  ///< after the bulk transfer's start
  double time_s;
};

void sleep_until_s(double when_s) {
  const double left_s = when_s - monotonic_s();
  if (left_s > 0) std::this_thread::sleep_for(std::chrono::duration<double>(left_s));
}

/// @param bulk_bytes  of each bulk message, one after the other's answer; 0: one that does not end
std::vector<Request> requests_beside_bulk(const EmulatedPath& path, double bulk_bytes, double duration_s) {
  Sender requests(path);
  Sender bulk(path);
  for (int i = 0; i < 3; ++i) requests.send_message_s(kRequestBytes);
  const double start_s = monotonic_s();
  std::atomic<bool> over = false;
  std::thread uploading([&] {
    if (bulk_bytes == 0) return bulk.send_endlessly();
    while (!over) bulk.send_message_s(static_cast<std::uint64_t>(bulk_bytes));
  });
  std::vector<Request> done;
  for (double at_s = kEvery_s / 2; at_s < duration_s; at_s += kEvery_s) {
    sleep_until_s(start_s + at_s);
    const double sent_s = monotonic_s() - start_s;
    done.push_back({sent_s, requests.send_message_s(kRequestBytes)});
  }
  over = true;
  if (bulk_bytes == 0) bulk.shut_down();
  uploading.join();
  return done;
}

}  // namespace

void measure_queue(const Setting& setting, double bulk_bytes, double duration_s) {
  fmt::print(
      "{},bulk_bytes,from_s,to_s,median_ms,mean_ms,min_ms,max_ms,requests,runs,discarded,worst_lateness_us\n",
      kLinkColumns);
  std::vector<Request> all;
  int counted = 0;
  double worst_lateness_s = 0;
  for (int i = 0; i < setting.repetitions; ++i) {
    EmulatedPath path = make_path(setting.link);
    configure_tcp(path);
    const Receiver receiver(path);
    const auto requests = requests_beside_bulk(path, bulk_bytes, duration_s);
    const double late_s = path.relay().take_worst_lateness_s();
    if (setting.too_late(late_s, duration_s)) continue;
    ++counted;
    worst_lateness_s = std::max(worst_lateness_s, late_s);
    all.insert(all.end(), requests.begin(), requests.end());
  }
  for (const Window& window : kWindows) {
    std::vector<double> times_s;
    for (const Request& request : all)
      if (request.sent_s >= window.from_s && request.sent_s < window.to_s) times_s.push_back(request.time_s);
    if (times_s.empty()) continue;
    fmt::print(
        "{},{:.0f},{:g},{:g},{:.2f},{:.2f},{:.2f},{:.2f},{},{},{},{:.0f}\n", link_columns(setting.link),
        bulk_bytes, window.from_s, window.to_s, median_of(times_s) * 1e3,
        std::accumulate(times_s.begin(), times_s.end(), 0.0) / static_cast<double>(times_s.size()) * 1e3,
        *std::min_element(times_s.begin(), times_s.end()) * 1e3,
        *std::max_element(times_s.begin(), times_s.end()) * 1e3, times_s.size(), counted,
        setting.repetitions - counted, worst_lateness_s * 1e6);
  }
  std::fflush(stdout);
}

}  // namespace offramp::real_path
