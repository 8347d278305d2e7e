#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace offramp {

/// Quantiles of a stream of numbers in memory that does not grow with it: a histogram whose buckets are 1/512
/// of an octave wide, so that a number's bucket is the top bits of its floating-point form. Source: the
/// log-linear buckets of HdrHistogram (G. Tene), with the error bound of DDSketch (Masson et al., VLDB 2019).
class QuantileSketch {
 public:
  /// |estimate - exact| <= kRelativeError exact, for every quantile. Below kSmallest a number counts as 0.
  static constexpr double kRelativeError = 1.0 / 1024;
  static constexpr double kSmallest = 0x1p-40;
  static constexpr double kLargest = 0x1p40;

  QuantileSketch();

  /// @param value  in [0, kLargest); @throws std::invalid_argument otherwise
  void add(double value);

  /// Interpolated between order statistics as quantile_of_sorted does; each of them is known within
  /// kRelativeError, the smallest and the largest exactly.
  /// @param p  in [0, 1]; @throws std::invalid_argument otherwise
  /// @return nothing when nothing was added
  std::optional<double> quantile(double p) const;
  /// Exact. @return nothing when nothing was added
  std::optional<double> mean() const;

  std::uint64_t count() const { return count_; }
  std::size_t buckets() const { return counts_.size(); }

 private:
  /// The order statistic x[rank].
  double at_rank(std::uint64_t rank) const;

  std::vector<std::uint64_t> counts_;
  std::uint64_t zeros_ = 0;
  std::uint64_t count_ = 0;
  double sum_ = 0;
  double smallest_ = kLargest;
  double largest_ = 0;
};

}  // namespace offramp
