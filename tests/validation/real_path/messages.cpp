#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <thread>

#include "tests/validation/real_path/measurement.hpp"

namespace offramp::real_path {
namespace {

constexpr auto kIdle = std::chrono::milliseconds(1200);
constexpr double kLongestHistory_s = 12;  // ten messages that take longer are not sent for "warm10"

/// Messages of one size over one path, by what the connection had done before.
class MessageTimes {
 public:
  MessageTimes(const Setting& setting, std::uint64_t bytes)
      : setting_(setting), path_(make_path(setting.link)), bytes_(bytes) {
    configure_tcp(path_);
    receiver_.emplace(path_);
  }

  void measure() {
    const double alone_s =
        static_cast<double>(bytes_) / setting_.link.bytes_per_s + 2 * setting_.link.one_way_delay_s;
    for (int i = 0; i < setting_.repetitions; ++i) {
      first_second_idle();
      after_a_small_one();
      if (10 * alone_s < kLongestHistory_s) after_ten();
    }
  }

  void print() const {
    for (const char* connection : {"new", "warm", "warm2k", "warm10", "idle", "idle10"}) {
      const auto found = spreads_.find(connection);
      if (found == spreads_.end() || found->second.samples.empty()) continue;
      const Spread& spread = found->second;
      const TcpState state = spread.median_state();
      fmt::print("{},{},{},{:.3f},{:.3f},{:.3f},{},{},{:.0f},{},{},{}\n", link_columns(setting_.link),
                 connection, bytes_, spread.median() * 1e3, spread.least() * 1e3, spread.most() * 1e3,
                 spread.samples.size(), spread.discarded, spread.worst_lateness_s * 1e6, state.window,
                 state.slow_start_until == 0x7fffffff ? "" : std::to_string(state.slow_start_until),
                 state.retransmitted);
    }
    std::fflush(stdout);
  }

 private:
  void first_second_idle() {
    Sender sender(path_);
    take("new", sender);
    take("warm", sender);
    std::this_thread::sleep_for(kIdle);
    take("idle", sender);
  }

  void after_a_small_one() {
    Sender sender(path_);
    sender.send_message_s(2000);
    take("warm2k", sender);
  }

  void after_ten() {
    Sender sender(path_);
    for (int i = 0; i < 10; ++i) sender.send_message_s(bytes_);
    take("warm10", sender);
    std::this_thread::sleep_for(kIdle);
    take("idle10", sender);
  }

  void take(const std::string& connection, Sender& sender) {
    path_.relay().take_worst_lateness_s();
    const double time_s = sender.send_message_s(bytes_);
    const double late_s = path_.relay().take_worst_lateness_s();
    Spread& spread = spreads_[connection];
    if (setting_.too_late(late_s, time_s)) {
      ++spread.discarded;
      return;
    }
    spread.worst_lateness_s = std::max(spread.worst_lateness_s, late_s);
    spread.samples.push_back({time_s, sender.state()});
  }

  Setting setting_;
  EmulatedPath path_;
  std::optional<Receiver> receiver_;
  std::uint64_t bytes_;
  std::map<std::string, Spread> spreads_;
};

}  // namespace

void measure_messages(const Setting& setting, const std::vector<double>& message_bytes) {
  fmt::print(
      "{},connection,message_bytes,median_ms,min_ms,max_ms,runs,discarded,worst_lateness_us,window_after,"
      "slow_start_until_after,retransmitted\n",
      kLinkColumns);
  for (const double bytes : message_bytes) {
    MessageTimes times(setting, static_cast<std::uint64_t>(bytes));
    times.measure();
    times.print();
  }
}

}  // namespace offramp::real_path
