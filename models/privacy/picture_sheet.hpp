#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Pictures of one size, channel by channel in 0..255; 1 channel is grey, 3 are red, green, blue.
using PictureRow = std::vector<std::vector<float>>;

/// Writes rows of pictures below each other as one PNG file, each pixel as a square of 3x3, whole or not at
/// all.
/// @throws UserError when the file cannot be written; std::invalid_argument for other numbers of channels
void write_picture_sheet(const std::filesystem::path& path, const FeatureShape& shape,
                         const std::vector<PictureRow>& rows);

}  // namespace offramp
