#include "models/data/dataset.hpp"

namespace offramp {

std::span<const std::uint8_t> LabelledImages::image(std::size_t index) const {
  const auto size = static_cast<std::size_t>(shape.elements());
  return std::span(pixels).subspan(index * size, size);
}

}  // namespace offramp
