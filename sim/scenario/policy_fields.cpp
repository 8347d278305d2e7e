#include <fmt/format.h>

#include <cmath>

#include "sim/scenario/policy_rules.hpp"
#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string parameters_of(const PolicyRule& rule) {
  if (rule.uses_thresholds) return "thresholds_nats or thresholds_normalized";
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

std::vector<double> read_thresholds(const YamlCursor& list, const ModelDescription* model, bool normalized) {
  std::vector<double> thresholds;
  for (const YamlCursor& item : list.items()) {
    double& threshold = thresholds.emplace_back();
    if (!normalized)
      item.read_number(threshold, kNotNegative);
    else if (item.read_share(threshold, {0, true, 1}) && model != nullptr)
      threshold *= std::log(static_cast<double>(model->num_classes));
  }
  if (model != nullptr && is_list(list) && thresholds.size() != model->num_exits - 1)
    list.refuse(fmt::format("{}, but {} has {} before the final one; give {}",
                            count_text(thresholds.size(), "value"), model->name,
                            count_text(model->num_exits - 1, "exit"), model->num_exits - 1));
  return thresholds;
}

/// Which of the two ways to give thresholds holds: an override beats what stands in the file.
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
    return nats.overridden() ? read_thresholds(nats, model, false) : read_thresholds(normalized, model, true);
  }
  if (normalized) return read_thresholds(normalized, model, true);
  if (nats) return read_thresholds(nats, model, false);
  const std::string wanted =
      model == nullptr ? "one value for each exit before the final one"
                       : fmt::format("{} for {}", count_text(model->num_exits - 1, "value"), model->name);
  policy.refuse(fmt::format("missing key \"thresholds_nats\" (or \"thresholds_normalized\"): {}", wanted));
  return {};
}

}  // namespace

PolicySpec read_policy(const YamlCursor& cursor, const ModelDescription* model, const FieldContext& context) {
  PolicySpec policy;
  YamlMap map(cursor);
  const YamlCursor rule_cursor = map.required("rule", "rule: entropy");
  const YamlCursor nats = map.optional("thresholds_nats");
  const YamlCursor normalized = map.optional("thresholds_normalized");
  const YamlCursor exit = map.optional("exit");
  const bool all_known = map.finish();
  if (!rule_cursor.read_choice(policy.rule, policy_rule_names())) return policy;
  const PolicyRule& rule = *find_policy_rule(policy.rule);

  // What is missing beside an unknown key is probably that key, misspelt: one mistake, told once.
  if (rule.uses_thresholds) {
    if (nats || normalized || all_known)
      policy.thresholds = choose_thresholds(cursor, nats, normalized, model, context);
  } else {
    refuse_or_note(nats, rule_cursor, rule, context);
    refuse_or_note(normalized, rule_cursor, rule, context);
  }
  if (!rule.uses_exit) {
    refuse_or_note(exit, rule_cursor, rule, context);
  } else if (!exit) {
    if (all_known)
      cursor.refuse(
          fmt::format("missing key \"exit\"; the rule {} needs it, for example \"exit: 0\"", rule.name));
  } else {
    std::uint64_t index = 0;
    const std::uint64_t last = model == nullptr ? 1000 : model->num_exits - 1;
    if (exit.read_whole(index, 0, last)) policy.exit = index;
  }
  return policy;
}

}  // namespace offramp
