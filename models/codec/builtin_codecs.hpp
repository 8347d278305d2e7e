#pragma once

#include <memory>

#include "models/codec/codec.hpp"

namespace offramp {

/// Floats as they are, little-endian: a feature in full precision.
std::unique_ptr<Codec> make_raw_f32();

/// A byte a pixel: the image as the camera gave it.
std::unique_ptr<Codec> make_raw_u8();

/// A feature in 8 bits an element, uniform over its own range, then zstd level 3. Payload: step (f32),
/// the level that stands for 0 (u8), a zstd frame without the headers that both ends know.
/// |x - decoded| <= step / 2, with step = range / 255 (254 when there are both signs); 0 stays 0.
std::unique_ptr<Codec> make_int8_zstd();

/// A grey (1 channel) or colour (3 channels, 4:2:0) picture as baseline JPEG. Everything before the
/// coded blocks is a function of shape and quality, so both ends know it and it does not travel.
/// @param quality  1..100, as libjpeg means it
std::unique_ptr<Codec> make_jpeg(int quality);

}  // namespace offramp
