#include "models/training/people_loss.hpp"

#include "models/nets/cell_answers.hpp"
#include "models/nets/cell_mask.hpp"

namespace offramp {

torch::Tensor people_loss(const torch::Tensor& map, const torch::Tensor& people, const torch::Tensor& keep,
                          const CellGrid& grid) {
  const CellAnswers answers = cell_answers(map, grid);
  const torch::Tensor at_places = people_at_places(map);
  const torch::Tensor kept = kept_places(keep, grid, people.size(1), people.size(2), 0).squeeze(1);
  const auto rows = static_cast<std::int64_t>(grid.rows), columns = static_cast<std::int64_t>(grid.columns);
  const torch::Tensor someone =
      people.reshape({-1, rows, people.size(1) / rows, columns, people.size(2) / columns})
          .sum({2, 4})
          .flatten(1)
          .gt(0);
  const torch::Tensor presence =
      torch::where(someone, answers.logits.select(2, 1), answers.logits.select(2, 0));
  const torch::Tensor poisson = at_places - people * torch::log(at_places + 1e-8);
  return ((poisson * kept).sum() - (presence * keep).sum()) / static_cast<double>(keep.numel());
}

}  // namespace offramp
