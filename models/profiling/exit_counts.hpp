#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace offramp {

/// How many images left by one exit, and how many of these were right.
struct ExitCount {
  std::size_t left = 0;
  std::size_t correct = 0;
};

/// What becomes of a set of images under one threshold an exit.
struct EarlyExitResult {
  std::vector<ExitCount> exits;
  std::size_t images = 0;

  double accuracy() const;
  double share(std::size_t exit) const;
  /// Nothing when nobody left there.
  std::optional<double> accuracy_at(std::size_t exit) const;
};

}  // namespace offramp
