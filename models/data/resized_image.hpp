#pragma once

#include "models/data/decoded_image.hpp"

namespace offramp {

/// The picture at another size: each new pixel is the mean of what it covers, shares of old pixels included
/// (area averaging); where it grows, pixels repeat.
DecodedImage resized_image(const DecodedImage& image, std::int64_t height, std::int64_t width);

}  // namespace offramp
