#pragma once

#include <memory>

#include "models/codec/byte_packer.hpp"
#include "models/codec/codec.hpp"
#include "models/codec/level_coder.hpp"

namespace offramp {

/// Floats as they are, little-endian: a feature in full precision.
std::unique_ptr<Codec> make_raw_f32();

/// Floats in 16 bits, little-endian (models/codec/half_float.hpp has the error).
std::unique_ptr<Codec> make_raw_f16();

/// A byte a pixel: the image as the camera gave it.
std::unique_ptr<Codec> make_raw_u8();

/// 32-bit floats, lossless, or 16-bit ones: their bytes shuffled into planes, then packed.
std::unique_ptr<Codec> make_shuffled_f32(std::unique_ptr<Packing> packing);
std::unique_ptr<Codec> make_shuffled_f16(std::unique_ptr<Packing> packing);

/// A feature in a few bits an element, uniform over a range, then packed without loss.
/// |x - decoded| <= step / 2 within the range, with step = range / (2^bits - 1), or range / (2^bits - 2)
/// where it has both signs; 0 stays 0. Without a rule the range is the sample's own: then the side
/// information travels first (level_coder.hpp), and rounding the step to 16 bits widens it by a 128th at
/// most. With a rule fit() chooses the range, both ends know it, and values beyond it become its ends.
std::unique_ptr<Codec> make_quantized(const Quantization& how, std::unique_ptr<Packing> packing);

/// A grey (1 channel) or colour (3 channels, 4:2:0) picture as baseline JPEG. Everything before the
/// coded blocks is a function of shape and quality, so both ends know it and it does not travel.
/// @param quality  1..100, as libjpeg means it
std::unique_ptr<Codec> make_jpeg(int quality);

}  // namespace offramp
