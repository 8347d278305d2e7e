#include "models/profiling/people_answers.hpp"

#include <algorithm>
#include <cmath>

#include "models/nets/cell_answers.hpp"
#include "models/profiling/inference.hpp"

namespace offramp {

void append_sayings(CellSayings& to, const torch::Tensor& map, const CellGrid& grid) {
  const CellAnswers answers = cell_answers(map, grid);
  append_logits(to.logits, answers.logits);
  append_numbers(to.counts, answers.counts);
}

std::vector<CellSayings> run_all_cells(BranchyNetwork& network, const LabelledImages& frames) {
  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector<CellSayings> all(static_cast<std::size_t>(network.num_exits()));
  for (std::size_t first = 0; first < frames.images(); first += kFrameBatch) {
    const std::size_t count = std::min(kFrameBatch, frames.images() - first);
    torch::Tensor x = pixel_batch(frames, first, count).contiguous(torch::MemoryFormat::ChannelsLast);
    for (std::size_t exit = 0; exit < all.size(); ++exit) {
      x = network.backbone(static_cast<int>(exit), x);
      append_sayings(all[exit], network.head(static_cast<int>(exit), x), *network.cells());
    }
  }
  return all;
}

double cell_f1(const CellSayings& sayings, std::span<const std::int32_t> people) {
  std::size_t right = 0, wrong = 0;  // TP; FP + FN
  for (std::size_t i = 0; i < people.size(); ++i) {
    const bool said = sayings.logits[2 * i + 1] > sayings.logits[2 * i];
    if (said && people[i] > 0) ++right;
    if (said != (people[i] > 0)) ++wrong;
  }
  return right == 0 ? 0 : 2.0 * static_cast<double>(right) / static_cast<double>(2 * right + wrong);
}

double count_error(const CellSayings& sayings, std::span<const std::int32_t> people, std::size_t cells) {
  double sum = 0;
  for (std::size_t first = 0; first < people.size(); first += cells) {
    double difference = 0;
    for (std::size_t i = first; i < first + cells; ++i)
      difference += static_cast<double>(sayings.counts[i]) - people[i];
    sum += std::abs(difference);
  }
  return sum / static_cast<double>(people.size() / cells);
}

}  // namespace offramp
