#include "models/codec/level_coder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "models/codec/codec.hpp"

namespace offramp {
namespace {

/// The smallest positive float that is no less and whose lower 16 bits are 0.
float round_up_to_short(float step) {
  const auto bits = std::bit_cast<std::uint32_t>(step);
  const std::uint32_t rounded = (bits + 0xFFFFU) & 0xFFFF0000U;
  return std::bit_cast<float>(rounded);
}

}  // namespace

std::string Quantization::name() const {
  return fmt::format("int{}{}{}{}", bits, per_channel ? "_per_channel" : "", rule ? "_" : "",
                     rule ? range_rule_name(*rule) : "");
}

QuantizerSet QuantizerSet::over(const FeatureShape& shape, int bits, std::span<const ValueRange> ranges) {
  QuantizerSet set{shape, bits, {}};
  for (const ValueRange& range : ranges) set.quantizers.push_back(Quantizer::over(range, bits));
  return set;
}

QuantizerSet QuantizerSet::of_sample(const FeatureShape& shape, int bits, bool per_channel,
                                     std::span<const float> x) {
  const std::size_t count = per_channel ? static_cast<std::size_t>(shape.channels) : 1;
  QuantizerSet set{shape, bits, {}};
  for (std::size_t i = 0; i < count; ++i) {
    const ValueRange range = ValueRange::of(x.subspan(i * (x.size() / count), x.size() / count));
    Quantizer q = Quantizer::over(range, bits);
    q.step = round_up_to_short(q.step);
    if (q.step > 0)
      q.zero_level = static_cast<std::uint8_t>(
          std::lround(-static_cast<double>(range.low) / static_cast<double>(q.step)));
    set.quantizers.push_back(q);
  }
  return set;
}

void QuantizerSet::to_levels(std::span<const float> x, std::span<std::uint8_t> levels) const {
  const std::size_t part = x.size() / quantizers.size();
  for (std::size_t i = 0; i < quantizers.size(); ++i)
    quantizers[i].to_levels(x.subspan(i * part, part), bits, levels.subspan(i * part, part));
}

void QuantizerSet::to_values(std::span<const std::uint8_t> levels, std::span<float> x) const {
  const std::size_t part = x.size() / quantizers.size();
  for (std::size_t i = 0; i < quantizers.size(); ++i)
    quantizers[i].to_values(levels.subspan(i * part, part), x.subspan(i * part, part));
}

void QuantizerSet::write_side_information(std::vector<std::byte>& out) const {
  const bool zero_levels =
      std::any_of(quantizers.begin(), quantizers.end(), [](const Quantizer& q) { return q.zero_level != 0; });
  out.push_back(static_cast<std::byte>(zero_levels));
  for (const Quantizer& q : quantizers) {
    const std::uint32_t upper = std::bit_cast<std::uint32_t>(q.step) >> 16;
    out.push_back(static_cast<std::byte>(upper & 0xFF));
    out.push_back(static_cast<std::byte>(upper >> 8));
  }
  if (zero_levels)
    for (const Quantizer& q : quantizers) out.push_back(static_cast<std::byte>(q.zero_level));
}

std::span<const std::byte> QuantizerSet::read_side_information(std::span<const std::byte> payload,
                                                               std::size_t count) {
  if (payload.empty() || std::to_integer<int>(payload[0]) > 1)
    throw DamagedStream("levels: side information that no encoder writes");
  const bool zero_levels = payload[0] == std::byte{1};
  const std::size_t size = 1 + (zero_levels ? 3 : 2) * count;
  if (payload.size() < size) throw DamagedStream("levels: the side information is cut short");
  quantizers.assign(count, {});
  for (std::size_t i = 0; i < count; ++i) {
    const auto low = std::to_integer<std::uint32_t>(payload[1 + 2 * i]);
    const auto high = std::to_integer<std::uint32_t>(payload[2 + 2 * i]);
    quantizers[i].step = std::bit_cast<float>(high << 24 | low << 16);
    if (!std::isfinite(quantizers[i].step) || std::signbit(quantizers[i].step))
      throw DamagedStream("levels: a step that is no number from 0 on");
    if (zero_levels) quantizers[i].zero_level = std::to_integer<std::uint8_t>(payload[1 + 2 * count + i]);
  }
  return payload.subspan(size);
}

}  // namespace offramp
