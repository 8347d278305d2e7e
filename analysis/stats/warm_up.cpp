#include "analysis/stats/warm_up.hpp"

#include <algorithm>
#include <vector>

namespace offramp {
namespace {

constexpr std::size_t kBatch = 5;
constexpr std::size_t kFewestBatches = 20;

}  // namespace

std::optional<std::size_t> warm_up_mser5(std::span<const double> series) {
  const std::size_t batches = series.size() / kBatch;
  if (batches < kFewestBatches) return std::nullopt;
  std::vector<double> means;
  for (std::size_t b = 0; b < batches; ++b) {
    double sum = 0;
    for (std::size_t i = 0; i < kBatch; ++i) sum += series[b * kBatch + i];
    means.push_back(sum / kBatch);
  }
  // From the end on: mean and sum of squares of what is left (Welford), so that nothing is summed twice.
  double count = 0, mean = 0, squares = 0;
  double smallest = 0;
  std::size_t best = batches;
  for (std::size_t b = batches; b-- > 0;) {
    ++count;
    const double before = means[b] - mean;
    mean += before / count;
    squares += before * (means[b] - mean);
    if (b > batches / 2) continue;
    const double mser = squares / (count * count);
    if (best == batches || mser <= smallest) {  // of equal ones the earliest
      smallest = mser;
      best = b;
    }
  }
  const std::size_t last_fiftieth = batches / 2 - std::max<std::size_t>(1, batches / 100);
  if (best > last_fiftieth) return std::nullopt;
  return best * kBatch;
}

}  // namespace offramp
