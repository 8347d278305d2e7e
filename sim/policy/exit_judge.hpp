#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/policy/exit_policy.hpp"

namespace offramp {

/// Asks a policy about a set of images, exit after exit, and keeps what a rule may look back at: which class
/// the exits before have named.
class ExitJudge {
 public:
  /// @param temperatures  what an exit's logits are divided by before the rule sees them; empty: 1
  ExitJudge(const ExitPolicy& policy, std::size_t images, std::vector<double> temperatures = {});

  const ExitPolicy& policy() const { return policy_; }

  /// Exits are asked in their order, each once, and only those that the policy asks.
  /// @param logits   [images, classes]
  /// @param routers  [images]; empty where there is no router
  /// @return [images]: 1 where the policy accepts
  std::vector<std::uint8_t> ask(std::size_t exit, std::span<const float> logits,
                                std::span<const float> routers);

 private:
  const ExitPolicy& policy_;
  std::vector<double> temperatures_;
  std::vector<std::int32_t> named_;  ///< class of the exit before; -1: none was asked yet
  std::vector<std::uint32_t> agreeing_;
};

}  // namespace offramp
