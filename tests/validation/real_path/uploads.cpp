#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <latch>
#include <numeric>
#include <thread>

#include "sim/platform/message_size.hpp"
#include "tests/validation/poisson_uploads.hpp"
#include "tests/validation/real_path/measurement.hpp"

namespace offramp::real_path {
namespace {

using validation::Arrival;

/// What became of one arrival.
struct Sent {
  double at_s = 0;  ///< on its own clock, from 0
  double took_s = 0;
};

class Clock {
 public:
  double now_s() const { return monotonic_s() - start_s_; }
  void sleep_until_s(double at_s) const {
    const double left_s = at_s - now_s();
    if (left_s > 0) std::this_thread::sleep_for(std::chrono::duration<double>(left_s));
  }
  double start_s() const { return start_s_; }

 private:
  double start_s_ = monotonic_s() + 0.1;
};

/// One device on its kept connection: a message goes behind the one before, answered or not.
std::vector<Sent> on_kept_connection(const EmulatedPath& path, const Clock& clock,
                                     const std::vector<double>& at_s, std::uint64_t bytes) {
  Sender sender(path);
  std::vector<Sent> sent(at_s.size());
  for (std::size_t i = 0; i < at_s.size(); ++i) sent[i].at_s = at_s[i];
  if (sent.empty()) return sent;
  std::vector<double> given_s(at_s.size());
  clock.sleep_until_s(at_s[0]);
  given_s[0] = clock.now_s();
  sender.post(bytes);
  std::thread sending([&] {
    for (std::size_t i = 1; i < at_s.size(); ++i) {
      clock.sleep_until_s(at_s[i]);
      given_s[i] = clock.now_s();
      sender.post(bytes);
    }
  });
  std::vector<double> received_s;
  while (received_s.size() < at_s.size()) received_s.push_back(sender.await_answer_s() - clock.start_s());
  sending.join();
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i].took_s = received_s[i] - given_s[i];
  return sent;
}

std::vector<Sent> on_kept_connections(const EmulatedPath& path, const std::vector<Arrival>& arrivals,
                                      int devices, std::uint64_t bytes) {
  std::vector<std::vector<double>> at_s(static_cast<std::size_t>(devices));
  for (const Arrival& arrival : arrivals) at_s[arrival.device].push_back(arrival.at_s);
  std::vector<std::vector<Sent>> sent(at_s.size());
  const Clock clock;
  std::vector<std::thread> threads;
  for (std::size_t d = 0; d < at_s.size(); ++d)
    threads.emplace_back([&, d] { sent[d] = on_kept_connection(path, clock, at_s[d], bytes); });
  for (std::thread& thread : threads) thread.join();
  std::vector<Sent> all;
  for (const std::vector<Sent>& of_device : sent) all.insert(all.end(), of_device.begin(), of_device.end());
  return all;
}

std::vector<Sent> on_new_connections(const EmulatedPath& path, const std::vector<Arrival>& arrivals,
                                     std::uint64_t bytes) {
  std::vector<Sent> sent(arrivals.size());
  std::latch under_way(static_cast<std::ptrdiff_t>(arrivals.size()));
  const Clock clock;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    clock.sleep_until_s(arrivals[i].at_s);
    std::thread([&, &one = sent[i], at_s = arrivals[i].at_s] {
      one = {at_s, Sender(path).send_message_s(bytes)};
      under_way.count_down();
    }).detach();
  }
  under_way.wait();
  return sent;
}

double quantile_of(std::vector<double>& values, double p) {
  const auto at = static_cast<std::size_t>(std::ceil(p * static_cast<double>(values.size()))) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

}  // namespace

void measure_uploads(const Setting& setting, const UploadPattern& pattern) {
  const rlimit files{1 << 16, 1 << 16};  // a connection an upload
  setrlimit(RLIMIT_NOFILE, &files);
  const double uploads_per_s =
      pattern.utilization * setting.link.bytes_per_s / static_cast<double>(wire_bytes(pattern.message_bytes));
  const double duration_s = std::min(pattern.longest_s, pattern.uploads / uploads_per_s);
  const std::vector<Arrival> arrivals =
      validation::poisson_uploads(static_cast<std::size_t>(pattern.devices), uploads_per_s / pattern.devices,
                                  pattern.warmup_s + duration_s);
  fmt::print(
      "devices,access_mbps,mbps,latency_ms,buffer_kb,bytes,utilization,connection,warmup_s,duration_s,"
      "uploads,"
      "mean_s,p50_s,p95_s,dropped,worst_lateness_us\n");
  EmulatedPath path = make_path(setting.link);
  configure_tcp(path);
  const Receiver receiver(path);
  const std::vector<Sent> sent =
      pattern.kept ? on_kept_connections(path, arrivals, pattern.devices, pattern.message_bytes)
                   : on_new_connections(path, arrivals, pattern.message_bytes);
  std::vector<double> took_s;
  for (const Sent& one : sent)
    if (one.at_s >= pattern.warmup_s) took_s.push_back(one.took_s);
  if (took_s.empty()) return;
  const double mean_s =
      std::accumulate(took_s.begin(), took_s.end(), 0.0) / static_cast<double>(took_s.size());
  constexpr double kAccessMbps = 10'000;  // for a simulator: nothing limits what enters the link here
  fmt::print("{},{:g},{:g},{:g},{:g},{},{:g},{},{:g},{:g},{},{:.6f},{:.6f},{:.6f},{},{:.0f}\n",
             pattern.devices, kAccessMbps, setting.link.bytes_per_s * 8e-6,
             setting.link.one_way_delay_s * 1e3, setting.link.buffer_bytes * 1e-3, pattern.message_bytes,
             pattern.utilization, pattern.kept ? "kept" : "new", pattern.warmup_s, duration_s, took_s.size(),
             mean_s, quantile_of(took_s, 0.5), quantile_of(took_s, 0.95), path.relay().counts().up.dropped,
             path.relay().take_worst_lateness_s() * 1e6);
}

}  // namespace offramp::real_path
