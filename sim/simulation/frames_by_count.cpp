#include "sim/simulation/frames_by_count.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <algorithm>
#include <numeric>

namespace offramp {

FramesByCount::FramesByCount(std::span<const FrameScore> frames) : frames_(frames.size()) {
  std::iota(frames_.begin(), frames_.end(), 0U);
  const auto people = [frames](std::uint32_t frame) { return static_cast<double>(frames[frame].people); };
  std::ranges::stable_sort(frames_, {}, people);
  for (std::uint32_t i = 0; i < frames_.size(); ++i) {
    if (counts_.empty() || counts_.back().people != people(frames_[i]))
      counts_.push_back({people(frames_[i]), i, i});
    counts_.back().behind = i + 1;
  }
}

std::uint32_t FramesByCount::frame_for_count(double people, RandomEngine& random) const {
  const auto above = std::ranges::lower_bound(counts_, people, {}, &Count::people);
  const Count* least = above == counts_.end() ? &counts_.back() : &*above;
  const Count* most = least;
  if (above != counts_.end() && above != counts_.begin()) {
    const Count* below = &*std::prev(above);
    const double to_below = people - below->people;
    const double to_above = above->people - people;
    if (to_below <= to_above) least = below;  // of two that are as near, the frames of both
    if (to_below < to_above) most = below;
  }
  boost::random::uniform_int_distribution<std::uint32_t> any(least->first, most->behind - 1);
  return frames_[any(random)];
}

}  // namespace offramp
