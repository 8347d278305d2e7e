#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/tuning/request_costs.hpp"

namespace offramp {

/// What a search of thresholds sees of a set of images.
struct SearchSet {
  /// [exits - 1][images]: how sure an exit is of an image; it leaves at the first exit where that is strictly
  /// above the exit's threshold, else at the final one.
  std::vector<std::vector<double>> sureness;
  std::vector<std::vector<std::uint8_t>> correct;  ///< [exits][images]
  RequestCosts costs;
  double lowest = 0;   ///< threshold that lets leave all that any threshold may
  double highest = 1;  ///< threshold above which no image is: nobody leaves

  std::size_t images() const { return correct.front().size(); }
};

/// One choice of thresholds and what it comes to on the search set.
struct FrontierPoint {
  std::vector<double> thresholds;  ///< [exits - 1]
  std::size_t correct = 0;         ///< images
  double cost = 0;                 ///< mean of an image
};

/// Choices of which no other found one is both more accurate and cheaper, from the cheapest to the most
/// accurate.
///
/// With one threshold all choices are tried. With several: a grid over quantiles of each exit's sureness,
/// then, from points along the frontier so far, every value of each threshold in turn with the others held,
/// until that finds nothing better. A threshold lies half-way between two images' sureness.
std::vector<FrontierPoint> accuracy_frontier(const SearchSet& set);

}  // namespace offramp
