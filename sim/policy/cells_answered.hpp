#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace offramp {

/// What has been said of some images so far, exit after exit. Each has cells, which exits answer one by one;
/// an image with a class as a whole is a single cell. A cell's answer is that of the first exit that takes
/// it.
class CellsAnswered {
 public:
  CellsAnswered(std::size_t images, std::size_t cells);

  std::size_t images() const { return left_.size(); }
  std::size_t cells() const { return cells_; }  ///< of an image

  /// An exit answers the cells that it accepts and no exit before has.
  /// @param logits    [images, cells, classes]
  /// @param counts    [images, cells]; empty where an answer is a class alone
  /// @param accepted  [images, cells]: 1 where it accepts; empty: all
  void take(std::span<const float> logits, std::span<const float> counts,
            std::span<const std::uint8_t> accepted);

  std::size_t left(std::size_t image) const { return left_[image]; }  ///< cells without an answer
  std::span<const std::uint8_t> open() const { return open_; }        ///< [images, cells]: 1 without
  /// The classes named, the largest logit each, the first of equals; 0 where nothing is said yet: [cells].
  std::span<const std::int32_t> named(std::size_t image) const {
    return std::span(named_).subspan(image * cells_, cells_);
  }
  std::span<const float> counts(std::size_t image) const {
    return std::span(counts_).subspan(image * cells_, cells_);
  }

 private:
  std::size_t cells_;
  std::vector<std::uint32_t> left_;
  std::vector<std::uint8_t> open_;
  std::vector<std::int32_t> named_;
  std::vector<float> counts_;
};

}  // namespace offramp
