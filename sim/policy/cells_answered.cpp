#include "sim/policy/cells_answered.hpp"

#include <algorithm>

namespace offramp {

CellsAnswered::CellsAnswered(std::size_t images, std::size_t cells)
    : cells_(cells),
      left_(images, static_cast<std::uint32_t>(cells)),
      open_(images * cells, 1),
      named_(images * cells, 0),
      counts_(images * cells, 0) {}

void CellsAnswered::take(std::span<const float> logits, std::span<const float> counts,
                         std::span<const std::uint8_t> accepted) {
  const std::size_t classes = open_.empty() ? 0 : logits.size() / open_.size();
  for (std::size_t cell = 0; cell < open_.size(); ++cell) {
    if (open_[cell] == 0 || !(accepted.empty() || accepted[cell] != 0)) continue;
    const std::span<const float> one = logits.subspan(cell * classes, classes);
    open_[cell] = 0;
    named_[cell] = static_cast<std::int32_t>(std::max_element(one.begin(), one.end()) - one.begin());
    if (!counts.empty()) counts_[cell] = counts[cell];
    --left_[cell / cells_];
  }
}

}  // namespace offramp
