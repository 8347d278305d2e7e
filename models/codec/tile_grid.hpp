#pragma once

#include <cstddef>
#include <span>

#include "models/codec/picture_coding.hpp"

namespace offramp {

/// Channels side by side in one grey picture, row by row of tiles: as square as can be without a tile left
/// over, or with some (zeros) where that would be longer than four times its height.
class TileGrid {
 public:
  explicit TileGrid(const SampleFormat& format);
  PictureFormat picture() const;
  void arrange(std::span<const std::byte> channels, std::span<std::byte> picture) const;
  void take_apart(std::span<const std::byte> picture, std::span<std::byte> channels) const;

 private:
  std::size_t row_in_picture(std::size_t channel, std::size_t row) const;

  std::size_t channels_, height_, row_bytes_;
  std::size_t columns_ = 1, rows_ = 1;
  SampleType type_;
};

}  // namespace offramp
