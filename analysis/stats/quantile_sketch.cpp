#include "analysis/stats/quantile_sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace offramp {
namespace {

constexpr int kMantissaBits = 52;
constexpr int kBucketBits = 9;  // 2^9 buckets an octave, each at most 2^-9 of its numbers wide

constexpr std::uint64_t top_bits(double value) {
  return std::bit_cast<std::uint64_t>(value) >> (kMantissaBits - kBucketBits);
}
constexpr std::uint64_t kFirst = top_bits(QuantileSketch::kSmallest);

/// Where a bucket begins; it ends where the next begins.
double lower_edge(std::uint64_t bucket) {
  return std::bit_cast<double>((bucket + kFirst) << (kMantissaBits - kBucketBits));
}

}  // namespace

QuantileSketch::QuantileSketch() : counts_(top_bits(kLargest) - kFirst) {}

void QuantileSketch::add(double value) {
  if (!(value >= 0 && value < kLargest)) throw std::invalid_argument("a sketch takes numbers in [0, 2^40)");
  ++count_;
  sum_ += value;
  smallest_ = std::min(smallest_, value);
  largest_ = std::max(largest_, value);
  if (value < kSmallest)
    ++zeros_;
  else
    ++counts_[top_bits(value) - kFirst];
}

double QuantileSketch::at_rank(std::uint64_t rank) const {
  if (rank == 0) return smallest_;
  if (rank + 1 == count_) return largest_;
  if (rank < zeros_) return 0;
  std::uint64_t below = zeros_;
  for (std::uint64_t bucket = top_bits(std::max(smallest_, kSmallest)) - kFirst;; ++bucket) {
    below += counts_[bucket];
    if (below > rank)
      return std::clamp((lower_edge(bucket) + lower_edge(bucket + 1)) / 2, smallest_, largest_);
  }
}

std::optional<double> QuantileSketch::quantile(double p) const {
  if (!(p >= 0 && p <= 1)) throw std::invalid_argument("a quantile's p lies in [0, 1]");
  if (count_ == 0) return std::nullopt;
  const double h = static_cast<double>(count_ - 1) * p;
  const double below = std::floor(h);
  const auto rank = static_cast<std::uint64_t>(below);
  const double low = at_rank(rank);
  return h == below ? low : low + (h - below) * (at_rank(rank + 1) - low);
}

std::optional<double> QuantileSketch::mean() const {
  if (count_ == 0) return std::nullopt;
  return sum_ / static_cast<double>(count_);
}

}  // namespace offramp
