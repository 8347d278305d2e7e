#include "models/nets/cell_answers.hpp"

namespace offramp {
namespace {

/// The sum over each cell's places: [images, height, width] to [images, cells].
torch::Tensor sums_of_cells(const torch::Tensor& places, const CellGrid& grid) {
  const auto rows = static_cast<std::int64_t>(grid.rows), columns = static_cast<std::int64_t>(grid.columns);
  const std::int64_t down = places.size(1) / rows, right = places.size(2) / columns;
  return places.reshape({-1, rows, down, columns, right}).sum({2, 4}).flatten(1);
}

}  // namespace

torch::Tensor people_at_places(const torch::Tensor& map) {
  return torch::softplus(map.select(1, 1).to(torch::kFloat32));
}

torch::Tensor cell_entropy(const CellAnswers& answers) {
  return -(answers.logits.exp() * answers.logits).sum(2);
}

CellAnswers cell_answers(const torch::Tensor& map, const CellGrid& grid) {
  // ln P(nobody at a place) = ln(1 - sigmoid(s)) = -softplus(s).
  const torch::Tensor nobody =
      -sums_of_cells(torch::softplus(map.select(1, 0).to(torch::kFloat32)), grid).clamp_min(1e-6);
  const torch::Tensor someone = torch::log(-torch::expm1(nobody));
  return {torch::stack({nobody, someone}, /*dim=*/2), sums_of_cells(people_at_places(map), grid)};
}

}  // namespace offramp
