#include "sim/cli/rule_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"
#include "sim/scenario/policy_rules.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;
using Thresholds = PolicyRule::Thresholds;

std::string thresholds_key(const ExitRule& rule) {
  switch (find_policy_rule(rule.rule)->thresholds) {
    case Thresholds::entropy:
      return "thresholds_nats";
    case Thresholds::share:
      return "thresholds";
    case Thresholds::none:
      break;
  }
  return {};
}

ordered_json or_null(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

}  // namespace

NetworkCut parse_cut(const std::string& option, const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw UserError(
        Place{option},
        fmt::format("found \"{}\"; write SPLIT:CODEC, as \"exit 0:int8_zstd\" or \"input:jpeg75\"", text));
  NetworkCut cut{text.substr(0, colon), text.substr(colon + 1)};
  last_exit_before(cut.split);
  return cut;
}

std::string rule_parameters(const ExitRule& rule, int digits) {
  if (!rule.thresholds.empty()) return fmt::format("{:.{}g}", fmt::join(rule.thresholds, " "), digits);
  return rule.rule == "patience" ? fmt::to_string(rule.patience) : "";
}

std::string rule_yaml(const ExitRule& rule, bool temperatures_of_profile) {
  std::string text = fmt::format("{{rule: {}", rule.rule);
  if (const std::string key = thresholds_key(rule); !key.empty())
    text += fmt::format(", {}: [{}]", key, fmt::join(rule.thresholds, ", "));
  if (find_policy_rule(rule.rule)->uses_patience) text += fmt::format(", patience: {}", rule.patience);
  if (find_policy_rule(rule.rule)->uses_exit) text += fmt::format(", exit: {}", rule.exit);
  return text + (temperatures_of_profile ? ", temperatures: profile}" : "}");
}

ordered_json rule_json(const ExitRule& rule, bool temperatures_of_profile) {
  ordered_json json{{"rule", rule.rule}};
  if (const std::string key = thresholds_key(rule); !key.empty()) json[key] = rule.thresholds;
  if (find_policy_rule(rule.rule)->uses_patience) json["patience"] = rule.patience;
  if (find_policy_rule(rule.rule)->uses_exit) json["exit"] = rule.exit;
  if (temperatures_of_profile) json["temperatures"] = "profile";
  return json;
}

ordered_json outcome_json(const RuleSetting& setting, const ExitRule& rule) {
  const ExitOutcome outcome = setting.outcome(rule);
  const AsksExit asks = exits_asked(setting.answers, rule);
  const bool cut = !setting.answers.coded_bytes.empty();
  ordered_json exits = ordered_json::array();
  for (std::size_t exit = 0; exit < outcome.exits.size(); ++exit)
    exits.push_back({{"share", outcome.share(exit)},
                     {"accuracy", or_null(outcome.accuracy_at(exit))},
                     {"correct_share", static_cast<double>(outcome.exits[exit].correct) /
                                           static_cast<double>(outcome.images())}});
  const auto on_device = [&](auto costs) -> ordered_json {
    if (!setting.device) return {};
    return outcome.mean(costs(setting.profile, setting.answers, *setting.device, asks));
  };
  return {{"total_accuracy", outcome.accuracy()},
          {"edge_share", outcome.device_share()},
          {"edge_accuracy", or_null(outcome.device_accuracy())},
          {"flops_per_image", outcome.mean(flop_costs(setting.profile, setting.answers, asks))},
          {"uplink_bytes_per_image",
           cut ? ordered_json(outcome.mean(byte_costs(setting.answers))) : ordered_json()},
          {"device_s", on_device(device_second_costs)},
          {"device_j", on_device(device_joule_costs)},
          {"exits", std::move(exits)}};
}

}  // namespace offramp
