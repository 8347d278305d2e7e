#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace offramp {

/// A line on standard error that says what is being done, how far it is and how long it will
/// take. Drawn on a terminal only, and only when the work takes longer than half a second.
class Progress {
 public:
  Progress(std::string what, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// @param done  of the total
  /// @param note  shown behind the bar ("loss 0.31")
  void update(std::uint64_t done, std::string_view note = {});
  /// Whether anybody will see it.
  bool visible() const { return visible_; }
  /// Wipes the line; later calls do nothing.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  std::uint64_t total_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_ = start_;
  bool visible_;
  bool dirty_ = false;
};

/// "7 s", "3 min 20 s", "1 h 05 min".
std::string human_duration(double seconds);

}  // namespace offramp
