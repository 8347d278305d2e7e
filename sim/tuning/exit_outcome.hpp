#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/policy/exit_policy.hpp"
#include "sim/tuning/request_costs.hpp"
#include "sim/tuning/set_answers.hpp"

namespace offramp {

/// How many images left by one exit, and how many of these were right.
struct ExitTally {
  std::size_t left = 0;
  std::size_t correct = 0;
};

/// What becomes of a set of images under a rule.
struct ExitOutcome {
  std::vector<std::size_t> exit_of;   ///< [images]
  std::vector<std::uint8_t> correct;  ///< [images]
  std::vector<ExitTally> exits;       ///< [exits]
  std::size_t device_left = 0;        ///< left by an exit on the device
  std::size_t device_correct = 0;

  std::size_t images() const { return exit_of.size(); }
  std::size_t right() const;
  double accuracy() const { return static_cast<double>(right()) / static_cast<double>(images()); }
  double share(std::size_t exit) const;
  std::optional<double> accuracy_at(std::size_t exit) const;  ///< nothing when nobody left there
  double device_share() const { return static_cast<double>(device_left) / static_cast<double>(images()); }
  /// Of the images that an exit on the device answers; nothing when none does.
  std::optional<double> device_accuracy() const;
  double mean(const RequestCosts& costs) const;
};

/// @param temperatures  see ExitJudge
/// @throws UserError when the rule asks for a router that is not there
ExitOutcome apply_rule(const SetAnswers& answers, const ExitRule& rule,
                       const std::vector<double>& temperatures = {});

/// Whether a rule has an exit's head run on this cut.
AsksExit exits_asked(const SetAnswers& answers, const ExitRule& rule);

}  // namespace offramp
