#include "sim/record/distribution.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "analysis/stats/quantile.hpp"

namespace offramp {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Distribution::Distribution(Keep keep) {
  if (keep == Keep::sketch) sketch_.emplace();
}

std::size_t Distribution::numbers() const { return sketch_ ? sketch_->count() : values_s_.size(); }

void Distribution::finish() { std::sort(values_s_.begin(), values_s_.end()); }

double Distribution::mean() const {
  if (empty()) return kUndefined;
  if (sketch_) return *sketch_->mean();
  return std::accumulate(values_s_.begin(), values_s_.end(), 0.0) / static_cast<double>(values_s_.size());
}

double Distribution::quantile(double p) const {
  return sketch_ ? sketch_->quantile(p).value_or(kUndefined)
                 : quantile_of_sorted(values_s_, p).value_or(kUndefined);
}

}  // namespace offramp
