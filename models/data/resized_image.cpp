#include "models/data/resized_image.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace offramp {
namespace {

/// What one new pixel covers of a line of old ones.
struct Window {
  std::size_t first = 0;
  std::vector<float> shares;  ///< they sum to 1
};

std::vector<Window> windows(std::int64_t from, std::int64_t to) {
  std::vector<Window> all;
  const double step = static_cast<double>(from) / static_cast<double>(to);
  for (std::int64_t i = 0; i < to; ++i) {
    const double begin = static_cast<double>(i) * step;
    const double end = std::min(static_cast<double>(i + 1) * step, static_cast<double>(from));
    Window window{static_cast<std::size_t>(begin), {}};
    for (auto at = static_cast<std::int64_t>(begin); at < from && static_cast<double>(at) < end - 1e-9;
         ++at) {
      const double covered =
          std::min(end, static_cast<double>(at + 1)) - std::max(begin, static_cast<double>(at));
      window.shares.push_back(static_cast<float>(covered / step));
    }
    all.push_back(std::move(window));
  }
  return all;
}

}  // namespace

DecodedImage resized_image(const DecodedImage& image, std::int64_t height, std::int64_t width) {
  DecodedImage result{{image.shape.channels, height, width}, {}};
  if (result.shape == image.shape) return image;
  result.pixels.reserve(static_cast<std::size_t>(result.shape.elements()));
  const std::vector<Window> rows = windows(image.shape.height, height);
  const std::vector<Window> columns = windows(image.shape.width, width);
  const auto old_width = static_cast<std::size_t>(image.shape.width);
  std::vector<float> line(old_width);
  for (std::int64_t c = 0; c < image.shape.channels; ++c) {
    const std::uint8_t* plane =
        image.pixels.data() + static_cast<std::size_t>(c * image.shape.height) * old_width;
    for (const Window& row : rows) {
      std::fill(line.begin(), line.end(), 0.0F);
      for (std::size_t i = 0; i < row.shares.size(); ++i)
        for (std::size_t x = 0; x < old_width; ++x)
          line[x] += row.shares[i] * static_cast<float>(plane[(row.first + i) * old_width + x]);
      for (const Window& column : columns) {
        float sum = 0;
        for (std::size_t i = 0; i < column.shares.size(); ++i)
          sum += column.shares[i] * line[column.first + i];
        result.pixels.push_back(static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L)));
      }
    }
  }
  return result;
}

}  // namespace offramp
