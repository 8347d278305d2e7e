#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// A picture as pixels, channel by channel, row by row: 3 channels, or 1 where the file is grey.
struct DecodedImage {
  FeatureShape shape;
  std::vector<std::uint8_t> pixels;
};

/// Whether a file's name says that it is a picture that decode_image can read: .jpg, .jpeg, .png.
bool is_image_name(const std::string& name);

/// Refuses more than 2^28 pixels, and more than 4,096 for each byte of the file: a few bytes can promise a
/// picture of gigabytes.
/// @param file  a JPEG or PNG file
/// @throws std::runtime_error with the cause when it does not decode
DecodedImage decode_image(std::span<const std::uint8_t> file);

}  // namespace offramp
