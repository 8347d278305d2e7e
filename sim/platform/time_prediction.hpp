#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/layers/layer_plan.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

/// A range that holds the time with 95 % confidence, as far as the fit knows, and by the stated margins.
struct TimeInterval {
  double low_s = 0;
  double high_s = 0;
};

struct TimePrediction {
  struct Piece {
    std::string name;
    double seconds = 0;  ///< within a run of the whole network
    double alone_s = 0;  ///< run by itself: with the overhead of a run of its own
  };

  std::vector<Piece> pieces;
  double overhead_per_run_s = 0;  ///< once for the whole
  double total_s = 0;             ///< the whole network in one go at batch 1
  /// Like what device types are fitted to (residual blocks, small pictures)? Of others (depthwise
  /// convolutions, large pictures) the fit knows less, and the interval says so.
  bool like_fitted = true;
  std::optional<TimeInterval> interval;  ///< nothing when the type says nothing about its uncertainty
};

/// Predicts the time of a network from its layers.
///
/// The interval: each plausible fit (plausible_fits) predicts the whole; 95 % of the predictions lie in it. A
/// network that is not like the fitted ones is drawn with more doubt, evenly in the logarithm: its calls cost
/// up to half as much again or as little, its arithmetic and memory traffic take up to twice as long or half
/// (not less than the data sheet allows), and each multiply-add of a depthwise convolution fetches up to both
/// its operands (8 bytes) from memory at the fitted bandwidth. These are assumptions; no measurement here is
/// of such a network. At last DeviceType::margin either way.
TimePrediction predict_time(const DeviceType& type, const LayerPlan& plan);

}  // namespace offramp
