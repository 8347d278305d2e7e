#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "models/codec/codec.hpp"

namespace offramp {

inline std::vector<std::byte> encode(std::string_view codec, const FeatureShape& shape,
                                     std::span<const float> x) {
  return make_codec(codec)->make_encoder(shape)->encode(x);
}

inline std::vector<float> decode(const Codec& codec, const FeatureShape& shape,
                                 std::span<const std::byte> payload) {
  std::vector<float> out(static_cast<std::size_t>(shape.elements()), -1.0F);
  codec.make_decoder(shape)->decode(payload, out);
  return out;
}

inline std::vector<float> decode(std::string_view codec, const FeatureShape& shape,
                                 std::span<const std::byte> payload) {
  return decode(*make_codec(codec), shape, payload);
}

/// There and back.
inline std::vector<float> delivered(const Codec& codec, const FeatureShape& shape, std::span<const float> x) {
  return decode(codec, shape, codec.make_encoder(shape)->encode(x));
}

}  // namespace offramp
