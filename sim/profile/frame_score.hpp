#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace offramp {

/// How an answer by cells agrees with who was in the frame.
struct FrameScore {
  float people = 0;            ///< that were there
  float counted = 0;           ///< that were said to be there
  std::uint16_t found = 0;     ///< cells with people that were said to have some
  std::uint16_t invented = 0;  ///< cells without that were said to have some
  std::uint16_t missed = 0;    ///< cells with people that were said to have none
  std::uint16_t left = 0;      ///< cells that the exits before the split left to those behind it

  double error() const;  ///< |counted - people|
  /// The same frame when nothing is said of it: nobody is counted, and every cell with people is missed.
  FrameScore unanswered() const;
};

/// @param people  [cells], those there
/// @param named   [cells]: 1 where somebody is said to be
/// @param counts  [cells], people said to be there
FrameScore score_frame(std::span<const std::int32_t> people, std::span<const std::int32_t> named,
                       std::span<const float> counts);

/// Adds up frames. Every figure is nothing where nothing defines it.
class FrameTally {
 public:
  void add(const FrameScore& frame);

  std::size_t frames() const { return frames_; }
  std::optional<double> count_mae() const;  ///< mean error of a frame, in people
  /// 2 found / (2 found + invented + missed), over the cells of all frames.
  std::optional<double> cell_f1() const;
  std::optional<double> left_a_frame() const;  ///< mean cells left to the exits behind the split

 private:
  std::size_t frames_ = 0;
  double error_ = 0;
  std::uint64_t found_ = 0;
  std::uint64_t wrong_ = 0;  ///< invented and missed
  std::uint64_t left_ = 0;
};

/// What becomes of the frames of a set on one way through network and policy; empty where images have a
/// class.
struct FrameOutcomes {
  std::vector<FrameScore> answered;     ///< [frames], as planned
  std::vector<FrameScore> fallen_back;  ///< [frames], by the device alone; empty: it never does
  std::vector<FrameScore> by_cloud;     ///< [frames], by the final exit alone, nothing coded
  std::size_t cells = 0;                ///< of a frame
  /// Share of cells that is sent in place of what the network decided: then only `people` is known of frames.
  std::optional<double> ratio = {};

  bool by_cells() const { return cells > 0; }
};

}  // namespace offramp
