#include "sim/platform/service_spread.hpp"

#include <cmath>

namespace offramp {
namespace {

// exp(N(m, v)) has mean exp(m + v / 2) = 1 and variance exp(v) - 1 = spread^2.
double variance_of_log(double spread) { return std::log1p(spread * spread); }

}  // namespace

ServiceSpread::ServiceSpread(double spread, const RandomEngine& stream)
    : spread_(spread),
      stream_(stream),
      factors_(-variance_of_log(spread) / 2, std::sqrt(variance_of_log(spread))) {}

}  // namespace offramp
