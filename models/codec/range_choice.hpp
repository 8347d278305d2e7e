#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/codec/quantizer.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// How a quantiser's range is chosen from samples.
enum class RangeRule {
  minmax,      ///< all values
  percentile,  ///< the least and the greatest thousandth left out
  mse          ///< the range whose quantiser has the least squared error over the samples
};

std::string_view range_rule_name(RangeRule rule);
std::optional<RangeRule> parse_range_rule(std::string_view name);

/// The range of values that belong together. They may be reordered.
/// @param bits  of the quantiser (only mse asks for them)
ValueRange choose_range(std::span<float> values, RangeRule rule, int bits);

/// One range a channel, or one for all of them.
/// @param samples  one behind another, shape.elements() values each
std::vector<ValueRange> choose_ranges(const FeatureShape& shape, std::span<const float> samples,
                                      bool per_channel, RangeRule rule, int bits);

}  // namespace offramp
