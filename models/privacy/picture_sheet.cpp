#include "models/privacy/picture_sheet.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "sim/core/atomic_output.hpp"

namespace offramp {
namespace {

constexpr std::size_t kZoom = 3;
constexpr std::size_t kGap = 3;  // white, between pictures

struct Sheet {
  std::size_t width, height;
  std::vector<std::uint8_t> rgb;

  Sheet(std::size_t w, std::size_t h) : width(w), height(h), rgb(3 * w * h, 255) {}

  void draw(const std::vector<float>& picture, const FeatureShape& shape, std::size_t left, std::size_t top) {
    const auto columns = static_cast<std::size_t>(shape.width),
               lines = static_cast<std::size_t>(shape.height);
    for (std::size_t y = 0; y < lines * kZoom; ++y)
      for (std::size_t x = 0; x < columns * kZoom; ++x)
        for (std::size_t c = 0; c < 3; ++c) {
          const std::size_t plane = shape.channels == 1 ? 0 : c;
          const float value = picture[(plane * lines + y / kZoom) * columns + x / kZoom];
          rgb[3 * ((top + y) * width + left + x) + c] =
              static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
        }
  }
};

std::string png_file(const Sheet& sheet) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(sheet.width);
  image.height = static_cast<png_uint_32>(sheet.height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string file(size, '\0');
  if (png_image_write_to_memory(&image, file.data(), &size, 0, sheet.rgb.data(), 0, nullptr) == 0)
    throw std::runtime_error(std::string("png: ") + image.message);
  file.resize(size);
  return file;
}

}  // namespace

void write_picture_sheet(const std::filesystem::path& path, const FeatureShape& shape,
                         const std::vector<PictureRow>& rows) {
  if (shape.channels != 1 && shape.channels != 3)
    throw std::invalid_argument("pictures have 1 or 3 channels");
  const std::size_t across = static_cast<std::size_t>(shape.width) * kZoom + kGap;
  const std::size_t down = static_cast<std::size_t>(shape.height) * kZoom + kGap;
  std::size_t columns = 0;
  for (const PictureRow& row : rows) columns = std::max(columns, row.size());
  Sheet sheet(columns * across + kGap, rows.size() * down + kGap);
  for (std::size_t y = 0; y < rows.size(); ++y)
    for (std::size_t x = 0; x < rows[y].size(); ++x)
      sheet.draw(rows[y][x], shape, kGap + x * across, kGap + y * down);
  write_file_atomically(path, png_file(sheet));
}

}  // namespace offramp
