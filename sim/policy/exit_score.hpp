#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "sim/policy/exit_policy.hpp"

namespace offramp {

/// A rule that holds one number against a threshold, which each exit before the final one has for itself.
/// The comparison is strict; the final exit always accepts.
struct ExitScore {
  std::string_view rule;
  double (*score)(const ExitAnswer& answer);
  bool accepts_below;  ///< a score below the threshold is accepted; else one above it
  bool needs_router;

  bool accepts(double score_of_answer, double threshold) const {
    return accepts_below ? score_of_answer < threshold : score_of_answer > threshold;
  }
};

/// Every such rule.
std::span<const ExitScore> exit_scores();

/// @return null when the rule has no score
const ExitScore* find_exit_score(std::string_view rule);

/// @throws std::invalid_argument unless there is one threshold less than exits
std::unique_ptr<ExitPolicy> make_score_policy(const ExitScore& score, const ExitRule& rule,
                                              const ExitContext& context);

// One file each.
double entropy_score(const ExitAnswer& answer);          ///< of the softmax, in nats
double max_probability_score(const ExitAnswer& answer);  ///< of the softmax
double margin_score(const ExitAnswer& answer);           ///< largest probability less the second largest
double router_score(const ExitAnswer& answer);           ///< probability that this answer will do

}  // namespace offramp
