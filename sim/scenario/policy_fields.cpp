#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <optional>

#include "sim/scenario/policy_rules.hpp"
#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

using Thresholds = PolicyRule::Thresholds;

std::string parameters_of(const PolicyRule& rule) {
  if (rule.thresholds == Thresholds::entropy)
    return "thresholds_nats or thresholds_normalized, and temperatures";
  if (rule.thresholds == Thresholds::share)
    return rule.uses_temperatures ? "thresholds and temperatures" : "thresholds";
  if (rule.uses_patience) return "patience";
  return rule.uses_exit ? "exit" : "no parameters";
}

/// A parameter that the rule does not use: a mistake in a file, but noted and ignored when the rule or
/// the parameter came from an override, so that one override can switch a rule off.
void refuse_or_note(const YamlCursor& parameter, const YamlCursor& rule_cursor, const PolicyRule& rule,
                    const FieldContext& context) {
  if (!parameter) return;
  if (parameter.overridden() || rule_cursor.overridden())
    context.notes->push_back(
        fmt::format("{} is ignored: the rule {} does not use it", parameter.path(), rule.name));
  else
    parameter.refuse(
        fmt::format("the rule {} does not use this; it uses {}", rule.name, parameters_of(rule)));
}

bool is_list(const YamlCursor& cursor) { return cursor && cursor.node()->kind == YamlNode::Kind::sequence; }

/// One value for each exit before the final one.
void check_count(const YamlCursor& list, std::size_t count, const ModelDescription* model) {
  if (model == nullptr || !is_list(list) || count == model->num_exits - 1) return;
  list.refuse(fmt::format("{}, but {} has {} before the final one; give {}", count_text(count, "value"),
                          model->name, count_text(model->num_exits - 1, "exit"), model->num_exits - 1));
}

std::vector<double> read_nats(const YamlCursor& list, const ModelDescription* model) {
  std::vector<double> thresholds;
  for (const YamlCursor& item : list.items()) item.read_number(thresholds.emplace_back(), kNotNegative);
  check_count(list, thresholds.size(), model);
  return thresholds;
}

/// @param scale  of a share
std::vector<double> read_shares(const YamlCursor& list, const ModelDescription* model, double scale) {
  std::vector<double> thresholds;
  for (const YamlCursor& item : list.items()) {
    double& threshold = thresholds.emplace_back();
    if (item.read_share(threshold, {0, true, 1})) threshold *= scale;
  }
  check_count(list, thresholds.size(), model);
  return thresholds;
}

/// A share of the largest entropy there is, ln(classes), in nats.
std::vector<double> read_normalized(const YamlCursor& list, const ModelDescription* model) {
  return read_shares(list, model, model == nullptr ? 1 : std::log(static_cast<double>(model->num_classes)));
}

void refuse_missing(const YamlCursor& policy, const ModelDescription* model, std::string_view keys) {
  const std::string wanted =
      model == nullptr ? "one value for each exit before the final one"
                       : fmt::format("{} for {}", count_text(model->num_exits - 1, "value"), model->name);
  policy.refuse(fmt::format("missing key {}: {}", keys, wanted));
}

/// Which of the two ways to give thresholds of entropy holds: an override beats what stands in the file.
std::vector<double> choose_thresholds(const YamlCursor& policy, const YamlCursor& nats,
                                      const YamlCursor& normalized, const ModelDescription* model,
                                      const FieldContext& context) {
  if (nats && normalized) {
    if (nats.overridden() == normalized.overridden()) {
      normalized.refuse("stands beside thresholds_nats; give one of the two");
      return {};
    }
    const YamlCursor& ignored = nats.overridden() ? normalized : nats;
    context.notes->push_back(fmt::format("{} is ignored: an override gives {}", ignored.path(),
                                         nats.overridden() ? nats.path() : normalized.path()));
    return nats.overridden() ? read_nats(nats, model) : read_normalized(normalized, model);
  }
  if (normalized) return read_normalized(normalized, model);
  if (nats) return read_nats(nats, model);
  refuse_missing(policy, model, "\"thresholds_nats\" (or \"thresholds_normalized\")");
  return {};
}

/// The word `profile`, or one value for each exit before the final one.
void read_temperatures(const YamlCursor& cursor, const ModelDescription* model, PolicySpec& policy) {
  if (!is_list(cursor)) {
    std::string word;
    if (!cursor.read_text(word, "profile")) return;
    if (word == "profile")
      policy.temperatures_of_profile = true;
    else
      cursor.refuse(fmt::format(
          "\"{}\" is neither \"profile\" nor a list with one value for each exit before the final one",
          word));
    return;
  }
  for (const YamlCursor& item : cursor.items())
    item.read_number(policy.temperatures.emplace_back(), kPositive);
  check_count(cursor, policy.temperatures.size(), model);
}

}  // namespace

PolicySpec read_policy(const YamlCursor& cursor, const ModelDescription* model, const FieldContext& context) {
  PolicySpec policy;
  YamlMap map(cursor);
  const YamlCursor rule_cursor = map.required("rule", "rule: entropy");
  const YamlCursor nats = map.optional("thresholds_nats");
  const YamlCursor normalized = map.optional("thresholds_normalized");
  const YamlCursor shares = map.optional("thresholds");
  const YamlCursor temperatures = map.optional("temperatures");
  const YamlCursor exit = map.optional("exit");
  const YamlCursor patience = map.optional("patience");
  const bool all_known = map.finish();
  if (!rule_cursor.read_choice(policy.rule, policy_rule_names())) return policy;
  const PolicyRule& rule = *find_policy_rule(policy.rule);

  const auto refuse_others = [&](std::initializer_list<const YamlCursor*> parameters) {
    for (const YamlCursor* parameter : parameters) refuse_or_note(*parameter, rule_cursor, rule, context);
  };
  // What is missing beside an unknown key is probably that key, misspelt: one mistake, told once.
  switch (rule.thresholds) {
    case Thresholds::entropy:
      if (nats || normalized || all_known)
        policy.thresholds = choose_thresholds(cursor, nats, normalized, model, context);
      refuse_others({&shares});
      break;
    case Thresholds::share:
      if (shares)
        policy.thresholds = read_shares(shares, model, 1);
      else if (all_known)
        refuse_missing(cursor, model, "\"thresholds\"");
      refuse_others({&nats, &normalized});
      break;
    case Thresholds::none:
      refuse_others({&nats, &normalized, &shares});
      break;
  }
  if (!rule.uses_temperatures)
    refuse_others({&temperatures});
  else if (temperatures)
    read_temperatures(temperatures, model, policy);

  /// A whole number that the rule must have; nothing when it is not there or not right.
  const auto read_needed = [&](const YamlCursor& parameter, bool used, std::string_view example,
                               std::uint64_t lowest, std::uint64_t highest) -> std::optional<std::size_t> {
    std::uint64_t value = 0;
    if (!used)
      refuse_or_note(parameter, rule_cursor, rule, context);
    else if (!parameter && all_known)
      cursor.refuse(fmt::format("missing key \"{}\"; the rule {} needs it, for example \"{}\"",
                                example.substr(0, example.find(':')), rule.name, example));
    else if (parameter && parameter.read_whole(value, lowest, highest))
      return value;
    return std::nullopt;
  };
  const std::uint64_t last = model == nullptr ? 1000 : model->num_exits - 1;
  policy.exit = read_needed(exit, rule.uses_exit, "exit: 0", 0, last);
  policy.patience = read_needed(patience, rule.uses_patience, "patience: 1", 1, 1000);
  return policy;
}

}  // namespace offramp
