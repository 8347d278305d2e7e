#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace offramp {

/// Wilson's score interval for a proportion of k in n, 95 %; n above 0.
/// Source: Wilson (JASA 1927); it keeps its level also near 0 and 1, where k/n -+ 1.96 s does not.
std::pair<double, double> wilson_interval95(std::size_t k, std::size_t n);

/// Two ways to answer the same images, image by image.
struct PairedCounts {
  std::size_t both_right = 0;
  std::size_t first_only = 0;  ///< right by the first, wrong by the second
  std::size_t second_only = 0;
  std::size_t both_wrong = 0;

  std::size_t images() const { return both_right + first_only + second_only + both_wrong; }
  double first() const {
    return static_cast<double>(both_right + first_only) / static_cast<double>(images());
  }
  double second() const {
    return static_cast<double>(both_right + second_only) / static_cast<double>(images());
  }
  /// Accuracy of the first less that of the second.
  double difference() const {
    return (static_cast<double>(first_only) - static_cast<double>(second_only)) /
           static_cast<double>(images());
  }
};

/// @param first, second  [images]: 1 where right
PairedCounts count_pairs(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

/// McNemar's exact test, two-sided: the probability that chance alone parts the images that only one of the
/// two answers right at least as unevenly, were each as likely to fall to either. 1 where there is none.
double mcnemar_p(const PairedCounts& pairs);

/// 95 % interval of the difference of two paired proportions: Newcombe's method 10 (Statistics in Medicine
/// 1998), which joins the Wilson intervals of both by their correlation.
std::pair<double, double> paired_difference_interval95(const PairedCounts& pairs);

/// Whether the first loses no more than `margin` against the second: the lower end of the interval above lies
/// over -margin (a one-sided test at 2.5 %).
bool non_inferior(const PairedCounts& pairs, double margin);

}  // namespace offramp
