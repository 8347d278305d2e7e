#include <cmath>

#include "sim/policy/exit_score.hpp"

namespace offramp {

/// The learned router's probability that this answer will do, from its logit.
/// Source: hybrid cloud-edge networks (ICLR 2022 submission), where a router decides what the cloud sees.
double router_score(const ExitAnswer& answer) { return 1 / (1 + std::exp(-answer.router_logit)); }

}  // namespace offramp
