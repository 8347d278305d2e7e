#pragma once

#include <cstdint>

namespace offramp {

/// How an inverter is trained.
struct InverterTraining {
  int epochs = 10;
  std::int64_t batch = 64;
  double learning_rate = 2e-3;  ///< of Adam; falls to zero along half a cosine
  std::uint64_t seed = 1;
};

}  // namespace offramp
