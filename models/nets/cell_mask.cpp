#include "models/nets/cell_mask.hpp"

namespace offramp {

torch::Tensor kept_places(const torch::Tensor& keep, const CellGrid& grid, std::int64_t height,
                          std::int64_t width, std::int64_t margin) {
  const torch::Tensor cells =
      keep.to(torch::kFloat32)
          .view({-1, 1, static_cast<std::int64_t>(grid.rows), static_cast<std::int64_t>(grid.columns)});
  const torch::Tensor places = torch::upsample_nearest2d(cells, {height, width});
  return margin == 0 ? places : torch::max_pool2d(places, 2 * margin + 1, 1, margin);
}

torch::Tensor masked_feature(const torch::Tensor& feature, const torch::Tensor& keep, const CellGrid& grid,
                             std::int64_t margin) {
  return feature * kept_places(keep, grid, feature.size(2), feature.size(3), margin).to(feature.dtype());
}

}  // namespace offramp
