#pragma once

#include <cstddef>
#include <limits>
#include <optional>

namespace offramp {

/// What a device has seen of its own transfers: each finished one moves exponential means by `gain`, as TCP
/// smooths its round trip (RFC 6298); what is under way and takes longer than they say counts at once. When
/// nothing has been under way for `memory_s`, the past is forgotten, so that the device tries again; so is a
/// message that left and had no answer for so long. Times are the caller's; they must not decrease.
class TransferHistory {
 public:
  /// How fast it learns and forgets.
  struct Memory {
    double gain = 0.25;   ///< in (0, 1]
    double memory_s = 1;  ///< above 0
  };

  /// A message is ready and waits for those before it to leave.
  void ready(double now_s, double bytes);
  /// Its last byte has left.
  void left(double now_s, double bytes, const Memory& memory);
  /// Its answer is there.
  /// @param ready_s  when the message was ready
  /// @param left_s   when its last byte had left
  void answered(double now_s, double ready_s, double left_s, const Memory& memory);

  double unsent_bytes() const { return unsent_bytes_; }
  /// @return bytes/s at which messages leave; no more than what would explain how long the present one takes
  std::optional<double> rate_bytes_per_s(double now_s, const Memory& memory) const;
  /// @return seconds from a message's last byte to its answer; no less than the present one has waited
  std::optional<double> answer_s(double now_s, const Memory& memory) const;
  /// @return seconds from a message being ready to its answer; no less than the device has waited for any
  std::optional<double> response_s(double now_s, const Memory& memory) const;

 private:
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  static constexpr double kNever = -std::numeric_limits<double>::infinity();

  bool waits(double now_s, const Memory& memory) const;
  /// Whether means of the past still hold.
  bool remembers(double now_s, const Memory& memory) const;

  double rate_bytes_per_s_ = kUnknown;
  double answer_s_ = kUnknown;
  double response_s_ = kUnknown;
  double unsent_bytes_ = 0;
  std::size_t unsent_ = 0;        ///< messages
  double head_began_s_ = kNever;  ///< when the first unsent one had the link to itself
  double last_ready_s_ = kNever;
  double last_left_s_ = kNever;
  double answered_ready_s_ = kNever;  ///< when the youngest message that has an answer was ready
  double silent_since_s_ = kNever;    ///< last answer, or what was ready first behind it
  double last_news_s_ = kNever;
};

}  // namespace offramp
