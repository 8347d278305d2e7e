#include "sim/core/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace offramp {
namespace {

constexpr int kBarWidth = 24;

double seconds_between(std::chrono::steady_clock::time_point a, std::chrono::steady_clock::time_point b) {
  return std::chrono::duration<double>(b - a).count();
}

}  // namespace

std::string human_duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)),
      total_(std::max<std::uint64_t>(1, total)),
      visible_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { finish(); }

void Progress::update(std::uint64_t done, std::string_view note) {
  if (!visible_) return;
  const auto now = Clock::now();
  const double elapsed_s = seconds_between(start_, now);
  if (elapsed_s < 0.5 || (seconds_between(drawn_, now) < 0.1 && done < total_)) return;
  drawn_ = now;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const int filled = static_cast<int>(share * kBarWidth);
  const std::string left = done == 0 ? std::string("?") : human_duration(elapsed_s / share - elapsed_s);
  fmt::print(stderr, "\r\x1b[K{} [{:#>{}}{:.>{}}] {:3.0f} %, {} left{}{}", what_, "", filled, "",
             kBarWidth - filled, 100 * share, left, note.empty() ? "" : ", ", note);
  std::fflush(stderr);
  dirty_ = true;
}

void Progress::finish() {
  if (dirty_) fmt::print(stderr, "\r\x1b[K");
  dirty_ = false;
  visible_ = false;
}

}  // namespace offramp
