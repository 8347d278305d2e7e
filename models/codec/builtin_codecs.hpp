#pragma once

#include <memory>

#include "models/codec/codec.hpp"
#include "models/codec/level_coder.hpp"
#include "models/codec/packing.hpp"
#include "models/codec/picture_coding.hpp"

namespace offramp {

/// Floats as they are, little-endian: a feature in full precision.
std::unique_ptr<Codec> make_raw_f32();

/// Floats in 16 bits, little-endian (sim/core/half_float.hpp has the error).
std::unique_ptr<Codec> make_raw_f16();

/// A byte a pixel: the image as the camera gave it.
std::unique_ptr<Codec> make_raw_u8();

/// 32-bit floats, lossless, or 16-bit ones, packed without loss.
std::unique_ptr<Codec> make_packed_f32(std::unique_ptr<Packing> packing);
std::unique_ptr<Codec> make_packed_f16(std::unique_ptr<Packing> packing);

/// A feature in a few bits an element, uniform over a range, then packed.
/// |x - decoded| <= step / 2 within the range, with step = range / (2^bits - 1), or range / (2^bits - 2)
/// where it has both signs; 0 stays 0. Without a rule the range is the sample's own: then the side
/// information travels first (level_coder.hpp), and rounding the step to 16 bits widens it by a 128th at
/// most. With a rule fit() chooses the range, both ends know it, and values beyond it become its ends. A
/// packing that is not lossless (8 bits only) moves the levels by what it loses.
/// @param name  if it has one that does not say the parts
std::unique_ptr<Codec> make_quantized(const Quantization& how, std::unique_ptr<Packing> packing,
                                      std::string name = {});

/// A grey (1 channel) or colour (3 channels) picture in one of the world's formats, without the headers that
/// both ends know.
std::unique_ptr<Codec> make_picture_codec(std::unique_ptr<PictureCoding> coding);

}  // namespace offramp
