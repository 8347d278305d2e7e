#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/policy/exit_policy.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/device_type.hpp"
#include "sim/tuning/exit_outcome.hpp"
#include "sim/tuning/set_answers.hpp"

namespace offramp {

/// "exit 0:int8_zstd" as an option of the command line. @throws UserError naming the option
NetworkCut parse_cut(const std::string& option, const std::string& text);

/// A rule and its temperatures as a scenario has them: {rule: entropy, thresholds_nats: [0.7]}.
std::string rule_yaml(const ExitRule& rule, bool temperatures_of_profile);
nlohmann::ordered_json rule_json(const ExitRule& rule, bool temperatures_of_profile);
/// Its parameters alone, for a cell of a table: "0.7 0.3".
std::string rule_parameters(const ExitRule& rule, int digits = 4);

/// What stands around a rule while it is judged on a set of images.
struct RuleSetting {
  const ExitProfile& profile;
  const SetAnswers& answers;
  std::optional<DeviceType> device = {};
  std::vector<double> temperatures = {};

  ExitOutcome outcome(const ExitRule& rule) const { return apply_rule(answers, rule, temperatures); }
};

/// total_accuracy, edge_share, edge_accuracy, flops_per_image, uplink_bytes_per_image (null without a cut),
/// device_s and device_j (null without a device) and exits[]; see analysis/metrics.md.
nlohmann::ordered_json outcome_json(const RuleSetting& setting, const ExitRule& rule);

}  // namespace offramp
