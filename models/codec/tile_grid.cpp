#include "models/codec/tile_grid.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {
namespace {

constexpr double kLongest = 4;

}  // namespace

TileGrid::TileGrid(const SampleFormat& format)
    : channels_(static_cast<std::size_t>(format.shape.channels)),
      height_(static_cast<std::size_t>(format.shape.height)),
      row_bytes_(static_cast<std::size_t>(format.shape.width) * bytes_of(format.type)),
      type_(format.type) {
  const double tile = static_cast<double>(format.shape.width) / static_cast<double>(height_);
  const auto length = [&](std::size_t columns) {  // of the longer side over the shorter one
    const std::size_t rows = (channels_ + columns - 1) / columns;
    const double sides = tile * static_cast<double>(columns) / static_cast<double>(rows);
    return std::max(sides, 1 / sides);
  };
  std::size_t whole = channels_, square = channels_;
  for (std::size_t columns = channels_; columns > 0; --columns) {
    if (length(columns) < length(square)) square = columns;
    if (channels_ % columns == 0 && length(columns) < length(whole)) whole = columns;
  }
  columns_ = length(whole) <= kLongest ? whole : square;
  rows_ = (channels_ + columns_ - 1) / columns_;
}

PictureFormat TileGrid::picture() const {
  return {static_cast<int>(columns_ * row_bytes_ / bytes_of(type_)), static_cast<int>(rows_ * height_), 1,
          type_};
}

std::size_t TileGrid::row_in_picture(std::size_t channel, std::size_t row) const {
  return ((channel / columns_ * height_ + row) * columns_ + channel % columns_) * row_bytes_;
}

void TileGrid::arrange(std::span<const std::byte> channels, std::span<std::byte> picture) const {
  if (columns_ * rows_ != channels_) std::fill(picture.begin(), picture.end(), std::byte{0});
  for (std::size_t channel = 0; channel < channels_; ++channel)
    for (std::size_t row = 0; row < height_; ++row)
      std::copy_n(channels.begin() + static_cast<std::ptrdiff_t>((channel * height_ + row) * row_bytes_),
                  row_bytes_, picture.begin() + static_cast<std::ptrdiff_t>(row_in_picture(channel, row)));
}

void TileGrid::take_apart(std::span<const std::byte> picture, std::span<std::byte> channels) const {
  for (std::size_t channel = 0; channel < channels_; ++channel)
    for (std::size_t row = 0; row < height_; ++row)
      std::copy_n(picture.begin() + static_cast<std::ptrdiff_t>(row_in_picture(channel, row)), row_bytes_,
                  channels.begin() + static_cast<std::ptrdiff_t>((channel * height_ + row) * row_bytes_));
}

}  // namespace offramp
