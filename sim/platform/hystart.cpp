#include "sim/platform/hystart.hpp"

#include <algorithm>

namespace offramp {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kFromSegments = 16;
constexpr double kTrainGapS = 2e-3;
constexpr double kAckDelayS = 1e-3;
constexpr double kShortestDelayS = 4e-3;
constexpr double kLongestDelayS = 16e-3;
constexpr double kSamples = 8;  // of the round trip, before it is believed
// A receiver acknowledges each of a connection's first 16 segments, and then every second.
constexpr double kQuickAcknowledgements = 16;
constexpr double kSegmentsAnAcknowledgement = 2;

/// A round trip longer than the shortest by this much ends slow start.
double longest_delay_s(const TcpPath& path) {
  return std::clamp(2 * path.one_way_latency_s / 8, kShortestDelayS, kLongestDelayS);
}

}  // namespace

double HyStart::ends_after(const TcpPath& path, double window, double segments, double waited_s) {
  return std::min(own_train_ends_after(path, window, segments),
                  others_end_after(path, window, segments, waited_s));
}

double HyStart::ends_after_whole(const TcpPath& path, double window, double segments, double waited_s) {
  sampled_until_ = acknowledged_;
  const double ends = others_end_after(path, window, segments, waited_s);
  sampled_until_ = acknowledged_;
  return ends;
}

double HyStart::own_train_ends_after(const TcpPath& path, double window, double segments) {
  if (acknowledged_in_round_ >= round_segments_) {
    last_round_segments_ = round_segments_;
    round_segments_ = static_cast<float>(window);
    acknowledged_in_round_ = 0;
  }
  double ends = kNever;
  if (window >= kFromSegments) {
    const double round_trip_s = 2 * path.one_way_latency_s;
    if (path.segment_s() <= kTrainGapS)
      ends = (round_trip_s + kAckDelayS) / 2 / path.segment_s() - acknowledged_in_round_;
    if (last_round_segments_ * path.segment_s() - round_trip_s > longest_delay_s(path))
      ends = std::min(ends, kSamples - acknowledged_in_round_);
  }
  acknowledged_in_round_ += static_cast<float>(segments);
  return segments <= ends ? kNever : std::max(0.0, ends);
}

double HyStart::others_end_after(const TcpPath& path, double window, double segments, double waited_s) {
  const auto wait_s = static_cast<float>(waited_s);
  least_wait_s_ = std::min(least_wait_s_, wait_s);
  const double before = acknowledged_;
  acknowledged_ += static_cast<float>(segments);
  for (double done = 0; done < segments;) {
    const double left = segments - done;
    const double grown = window + done;
    if (grown < kFromSegments) {
      done += std::min(left, kFromSegments - grown);
      continue;
    }
    if (before + done >= sampled_until_) {
      sampled_until_ = static_cast<float>(before + done + grown);
      samples_ = 0;
      sampled_wait_s_ = wait_s;
    }
    sampled_wait_s_ = std::min(sampled_wait_s_, wait_s);
    double of_round = std::min(left, sampled_until_ - before - done);
    if (samples_ < kSamples) {
      const double a_sample = before + done < kQuickAcknowledgements ? 1 : kSegmentsAnAcknowledgement;
      of_round = std::min(of_round, (kSamples - samples_) * a_sample);
      samples_ += static_cast<float>(of_round / a_sample);
      if (samples_ >= kSamples && sampled_wait_s_ - least_wait_s_ > longest_delay_s(path))
        return done + of_round;
    }
    done += of_round;
  }
  return kNever;
}

}  // namespace offramp
