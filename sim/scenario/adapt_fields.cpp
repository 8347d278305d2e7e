#include <fmt/format.h>

#include <initializer_list>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/adapt_rules.hpp"
#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

constexpr std::uint64_t kMostFrames = 1'000'000;

/// What differs from the group's own setting; what it does not say is the group's.
SettingSpec read_setting(const YamlCursor& cursor, const DeviceGroup& group, const ModelDescription* model,
                         const NetworkSpec& network, const FieldContext& context) {
  SettingSpec setting{group.policy, *group.offload};
  YamlMap map(cursor);
  const YamlCursor policy = map.optional("policy");
  const YamlCursor offload = map.optional("offload");
  if (map.finish() && !policy && !offload)
    cursor.refuse("is the group's own setting again; say what differs: policy or offload");
  if (policy) setting.policy = read_policy(policy, model, context);
  if (offload) {
    setting.offload = read_offload(offload, model, setting.policy.rule, network.gateway.has_value());
    if (setting.offload.to != group.offload->to)
      offload.refuse("does not go to where the group's own offload goes; adapting cannot change that");
  } else if (policy && setting.policy.rule == "never" && setting.offload.from == "input") {
    policy.refuse(
        "no exit lies before the group's split point \"input\", so with the rule never nothing could answer; "
        "add for example \"offload: {from: exit 0, codec: int8_zstd}\" to this setting");
  }
  return setting;
}

bool is_list(const YamlCursor& cursor) { return cursor && cursor.node()->kind == YamlNode::Kind::sequence; }

/// One value for each setting behind the group's own.
void check_count(const YamlCursor& list, std::size_t values, std::size_t settings) {
  if (is_list(list) && settings > 0 && values != settings)
    list.refuse(fmt::format("has {} value{}, but {} setting{} stand{} behind the group's own; give one each",
                            values, values == 1 ? "" : "s", settings, settings == 1 ? "" : "s",
                            settings == 1 ? "s" : ""));
}

/// A bound for each of them, one above the other.
template <class T>
void check_bounds(const YamlCursor& list, const std::vector<T>& bounds, std::size_t settings) {
  for (std::size_t k = 1; k < bounds.size(); ++k)
    if (bounds[k] <= bounds[k - 1]) return list.refuse("must ascend: each bound leads one setting further");
  check_count(list, bounds.size(), settings);
}

/// What the rule's parameters are, for an error.
std::string parameters_of(const AdaptRule& rule) {
  if (rule.uses_frames) return "frames";
  if (rule.uses_times) return "times, gain and memory";
  return rule.uses_margins ? "margins, gain and memory" : "no parameters";
}

}  // namespace

AdaptSpec read_adapt(const YamlCursor& cursor, const DeviceGroup& group, const ModelDescription* model,
                     const NetworkSpec& network, const FieldContext& context) {
  AdaptSpec adapt;
  YamlMap map(cursor);
  const YamlCursor rule_cursor = map.required("rule", "rule: deadline");
  const YamlCursor settings = map.required("settings", "settings: [{policy: {rule: never}}]");
  const YamlCursor frames = map.optional("frames");
  const YamlCursor times = map.optional("times");
  const YamlCursor margins = map.optional("margins");
  const YamlCursor gain = map.optional("gain");
  const YamlCursor memory = map.optional("memory");
  const bool all_known = map.finish();
  if (!group.offload) {
    cursor.refuse(
        "a group that adapts needs offload, for example \"offload: {from: exit 0, codec: int8_zstd}\"");
    return adapt;
  }
  if (group.night) cursor.refuse("cannot stand beside night");
  for (const YamlCursor& item : settings.items())
    adapt.settings.push_back(read_setting(item, group, model, network, context));
  if (is_list(settings) && adapt.settings.empty())
    settings.refuse("is empty; give what to change to, for example [{policy: {rule: never}}]");
  if (!rule_cursor.read_choice(adapt.rule, adapt_rule_names())) return adapt;
  const AdaptRule& rule = *find_adapt_rule(adapt.rule);

  // As with policies: a mistake in a file, noted when an override chose the rule or the parameter.
  const auto used = [&](const YamlCursor& parameter, bool is_used) {
    if (!parameter || is_used) return is_used;
    if (parameter.overridden() || rule_cursor.overridden())
      context.notes->push_back(
          fmt::format("{} is ignored: the rule {} does not use it", parameter.path(), rule.name));
    else
      parameter.refuse(
          fmt::format("the rule {} does not use this; it uses {}", rule.name, parameters_of(rule)));
    return false;
  };
  const auto needs = [&](const YamlCursor& parameter, std::string_view example) {
    if (!parameter && all_known)
      cursor.refuse(fmt::format("missing key \"{}\"; the rule {} needs it, for example \"{}\"",
                                example.substr(0, example.find(':')), rule.name, example));
  };
  if (used(frames, rule.uses_frames)) {
    needs(frames, "frames: [2]");
    for (const YamlCursor& item : frames.items()) {
      std::uint64_t bound = 0;
      item.read_whole(bound, 1, kMostFrames);
      adapt.frames.push_back(bound);
    }
    check_bounds(frames, adapt.frames, adapt.settings.size());
  }
  if (used(times, rule.uses_times)) {
    needs(times, "times: [100ms]");
    for (const YamlCursor& item : times.items())
      item.read_quantity(adapt.times_s.emplace_back(), kDuration, kPositive);
    check_bounds(times, adapt.times_s, adapt.settings.size());
  }
  if (used(margins, rule.uses_margins)) {
    for (const YamlCursor& item : margins.items()) item.read_share(adapt.margins.emplace_back(), kPositive);
    check_count(margins, adapt.margins.size(), adapt.settings.size());
    if (!context.has_deadline)
      rule_cursor.refuse("the rule deadline needs one: add for example \"deadline: 200ms\" to the scenario");
  }
  if (used(gain, rule.uses_history)) gain.read_share(adapt.gain, {0, false, 1});
  if (used(memory, rule.uses_history)) memory.read_quantity(adapt.memory_s, kDuration, kPositive);
  return adapt;
}

}  // namespace offramp
