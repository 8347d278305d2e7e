#include "sim/profile/frame_score.hpp"

#include <cmath>

namespace offramp {

double FrameScore::error() const {
  return std::abs(static_cast<double>(counted) - static_cast<double>(people));
}

FrameScore FrameScore::unanswered() const {
  FrameScore score;
  score.people = people;
  score.missed = static_cast<std::uint16_t>(found + missed);
  return score;
}

FrameScore score_frame(std::span<const std::int32_t> people, std::span<const std::int32_t> named,
                       std::span<const float> counts) {
  FrameScore score;
  double there = 0, counted = 0;
  for (std::size_t cell = 0; cell < people.size(); ++cell) {
    there += people[cell];
    counted += static_cast<double>(counts[cell]);
    const bool somebody = people[cell] > 0;
    const bool said = named[cell] == 1;
    if (somebody && said) ++score.found;
    if (!somebody && said) ++score.invented;
    if (somebody && !said) ++score.missed;
  }
  score.people = static_cast<float>(there);
  score.counted = static_cast<float>(counted);
  return score;
}

void FrameTally::add(const FrameScore& frame) {
  ++frames_;
  error_ += frame.error();
  found_ += frame.found;
  wrong_ += std::uint64_t{frame.invented} + frame.missed;
  left_ += frame.left;
}

std::optional<double> FrameTally::count_mae() const {
  if (frames_ == 0) return std::nullopt;
  return error_ / static_cast<double>(frames_);
}

std::optional<double> FrameTally::cell_f1() const {
  const auto twice = 2 * static_cast<double>(found_);
  if (found_ + wrong_ == 0) return std::nullopt;
  return twice / (twice + static_cast<double>(wrong_));
}

std::optional<double> FrameTally::left_a_frame() const {
  if (frames_ == 0) return std::nullopt;
  return static_cast<double>(left_) / static_cast<double>(frames_);
}

}  // namespace offramp
