#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/stats/quantile_sketch.hpp"

namespace offramp {

/// Durations of which mean and quantiles are wanted: all of them kept and exact, or sketched in memory that
/// does not grow with them.
class Distribution {
 public:
  enum class Keep { all, sketch };
  explicit Distribution(Keep keep);

  void add(double value_s) {
    if (sketch_)
      sketch_->add(value_s);
    else
      values_s_.push_back(value_s);
  }

  bool empty() const { return numbers() == 0; }
  std::size_t numbers() const;
  /// How many numbers are held in memory.
  std::size_t held() const { return sketch_ ? sketch_->buckets() : values_s_.size(); }

  /// What has been added is sorted once; further numbers may not be added after that.
  void finish();
  double mean() const;              ///< NaN when empty
  double quantile(double p) const;  ///< NaN when empty

 private:
  std::vector<double> values_s_;
  std::optional<QuantileSketch> sketch_;
};

}  // namespace offramp
