#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/profile/frame_score.hpp"

namespace offramp {

/// The frames of a set by how many people are in them, so that a camera can show one with so many.
class FramesByCount {
 public:
  /// @param frames  at least one
  explicit FramesByCount(std::span<const FrameScore> frames);

  /// One of the frames whose number of people is nearest, each as likely as the other.
  std::uint32_t frame_for_count(double people, RandomEngine& random) const;

 private:
  /// Frames with equally many people are neighbours in `frames_`.
  struct Count {
    double people = 0;
    std::uint32_t first = 0;
    std::uint32_t behind = 0;
  };
  std::vector<std::uint32_t> frames_;
  std::vector<Count> counts_;  ///< ascending
};

}  // namespace offramp
