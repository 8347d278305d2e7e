#include "models/codec/range_choice.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace offramp {
namespace {

constexpr std::array<std::pair<RangeRule, std::string_view>, 3> kNames{
    {{RangeRule::minmax, "minmax"}, {RangeRule::percentile, "percentile"}, {RangeRule::mse, "mse"}}};
constexpr double kLeftOut = 0.001;

/// What the search for the least squared error looks at: every so many values, so that it ends soon.
constexpr std::size_t kSearchValues = 1 << 17;
constexpr int kShrinkings = 100;
constexpr float kShrinking = 0.96F;  // 0.96^100 = 0.017 of the whole range

double squared_error(std::span<const float> values, const ValueRange& range, int bits) {
  const Quantizer q = Quantizer::over(range, bits);
  std::array<std::uint8_t, 256> levels{};
  std::array<float, 256> decoded{};
  double sum = 0;
  for (std::size_t first = 0; first < values.size(); first += levels.size()) {
    const auto block = values.subspan(first, std::min(levels.size(), values.size() - first));
    q.to_levels(block, bits, levels);
    q.to_values(std::span(levels).first(block.size()), decoded);
    for (std::size_t i = 0; i < block.size(); ++i) {
      const double error = static_cast<double>(block[i]) - static_cast<double>(decoded[i]);
      sum += error * error;
    }
  }
  return sum;
}

std::vector<float> every_so_many(std::span<const float> values) {
  const std::size_t stride = (values.size() + kSearchValues - 1) / kSearchValues;
  std::vector<float> some;
  for (std::size_t i = 0; i < values.size(); i += std::max<std::size_t>(1, stride)) some.push_back(values[i]);
  return some;
}

/// The best of ever smaller ranges: both ends, or one alone.
ValueRange best_shrunk(std::span<const float> values, const ValueRange& from, int bits, bool low, bool high) {
  ValueRange best = from, tried = from;
  double least = squared_error(values, from, bits);
  for (int i = 0; i < kShrinkings; ++i) {
    if (low) tried.low *= kShrinking;
    if (high) tried.high *= kShrinking;
    const double error = squared_error(values, tried, bits);
    if (error >= least) continue;
    least = error;
    best = tried;
  }
  return best;
}

ValueRange least_squares_range(std::span<const float> values, int bits) {
  const ValueRange all = ValueRange::of(values);
  const std::vector<float> some = every_so_many(values);
  const ValueRange both = best_shrunk(some, all, bits, true, true);
  if (all.low == 0 || all.high == 0) return both;
  const ValueRange upper = best_shrunk(some, {both.low, all.high}, bits, false, true);
  return best_shrunk(some, {all.low, upper.high}, bits, true, false);
}

ValueRange percentile_range(std::span<float> values) {
  const auto at = [&](double share) {
    const auto place = values.begin() + std::lround(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place;
  };
  return {std::min(0.0F, at(kLeftOut)), std::max(0.0F, at(1 - kLeftOut))};
}

}  // namespace

std::string_view range_rule_name(RangeRule rule) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == rule; })
      ->second;
}

std::optional<RangeRule> parse_range_rule(std::string_view name) {
  for (const auto& [rule, its_name] : kNames)
    if (its_name == name) return rule;
  return {};
}

ValueRange choose_range(std::span<float> values, RangeRule rule, int bits) {
  if (values.empty()) return {};
  switch (rule) {
    case RangeRule::percentile:
      return percentile_range(values);
    case RangeRule::mse:
      return least_squares_range(values, bits);
    case RangeRule::minmax:
      break;
  }
  return ValueRange::of(values);
}

std::vector<ValueRange> choose_ranges(const FeatureShape& shape, std::span<const float> samples,
                                      bool per_channel, RangeRule rule, int bits) {
  std::vector<float> values;
  if (!per_channel) {
    values.assign(samples.begin(), samples.end());
    return {choose_range(values, rule, bits)};
  }
  const auto plane = static_cast<std::size_t>(shape.height * shape.width);
  const auto channels = static_cast<std::size_t>(shape.channels);
  std::vector<ValueRange> ranges;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    values.clear();
    for (std::size_t at = channel * plane; at < samples.size(); at += channels * plane) {
      const auto part = samples.subspan(at, plane);
      values.insert(values.end(), part.begin(), part.end());
    }
    ranges.push_back(choose_range(values, rule, bits));
  }
  return ranges;
}

}  // namespace offramp
