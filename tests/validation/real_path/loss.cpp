#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/validation/real_path/measurement.hpp"

namespace offramp::real_path {
namespace {

constexpr auto kGrowing = std::chrono::seconds(5);  // before the throughput is taken

}  // namespace

void measure_loss(const Setting& setting, double duration_s) {
  fmt::print(
      "{},loss,goodput_mbps,min_mbps,max_mbps,lost_share,dropped_share,runs,discarded,worst_lateness_us\n",
      kLinkColumns);
  Spread goodput, lost, dropped;
  for (int i = 0; i < setting.repetitions; ++i) {
    EmulatedPath path = make_path(setting.link, 10 * static_cast<std::uint64_t>(i + 1));
    configure_tcp(path);
    const Receiver receiver(path);
    Sender sender(path);
    std::thread sending([&] { sender.send_endlessly(); });
    std::this_thread::sleep_for(kGrowing);
    const double from_s = monotonic_s();
    const std::uint64_t from_bytes = receiver.received_bytes();
    std::this_thread::sleep_for(std::chrono::duration<double>(duration_s));
    const double bytes = static_cast<double>(receiver.received_bytes() - from_bytes);
    const double took_s = monotonic_s() - from_s;
    const EmulatedLink::Counts counts = path.relay().counts().up;
    sender.shut_down();
    sending.join();
    const double late_s = path.relay().take_worst_lateness_s();
    if (setting.too_late(late_s, duration_s)) {
      ++goodput.discarded;
      continue;
    }
    goodput.worst_lateness_s = std::max(goodput.worst_lateness_s, late_s);
    goodput.samples.push_back({8e-6 * bytes / took_s, {}});
    const auto packets = static_cast<double>(counts.carried + counts.lost + counts.dropped);
    lost.samples.push_back({static_cast<double>(counts.lost) / packets, {}});
    dropped.samples.push_back({static_cast<double>(counts.dropped) / packets, {}});
  }
  if (goodput.samples.empty()) return;
  fmt::print("{},{:g},{:.3f},{:.3f},{:.3f},{:.5f},{:.5f},{},{},{:.0f}\n", link_columns(setting.link),
             setting.link.loss_probability, goodput.median(), goodput.least(), goodput.most(), lost.median(),
             dropped.median(), goodput.samples.size(), goodput.discarded, goodput.worst_lateness_s * 1e6);
  std::fflush(stdout);
}

}  // namespace offramp::real_path
