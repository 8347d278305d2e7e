#include "sim/cli/plan_question.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "sim/cli/run_profiles.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/record/recorder.hpp"

namespace offramp {
namespace {

constexpr std::size_t kMostChoices = 5'000;

/// Thresholds of entropy, all exits alike, from nearly never to nearly always leaving early.
std::vector<std::string> policies(std::size_t exits) {
  std::vector<std::string> texts{"{rule: never}", "{rule: always}"};
  for (const double level : {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8}) {
    const std::vector<double> all(exits - 1, level);
    texts.push_back(fmt::format("{{rule: entropy, thresholds_normalized: [{}]}}", fmt::join(all, ", ")));
  }
  return texts;
}

/// The group that a key speaks of: "devices.0.policy" -> 0.
const DeviceGroup& group_of(const Scenario& scenario, const std::string& key, const Place& place) {
  std::size_t index = scenario.devices.size();
  if (key.starts_with("devices.")) {
    const std::string number = key.substr(8, key.find('.', 8) - 8);
    if (!number.empty() && number.size() < 6 && number.find_first_not_of("0123456789") == std::string::npos)
      index = std::stoul(number);
  }
  if (index >= scenario.devices.size())
    throw UserError(place, fmt::format("no values are known for it; give them: --choose {}=A,B,C", key));
  return scenario.devices[index];
}

/// What the profile of the group's network offers for a key without values.
std::vector<std::string> values_of(const std::string& key, const Scenario& scenario,
                                   const std::map<std::string, ExitProfile>& profiles) {
  const Place place{fmt::format("--choose {}", key)};
  const DeviceGroup& group = group_of(scenario, key, place);
  const ExitProfile& profile = profiles.at(group.model.directory.string());
  const auto ends = [&](std::string_view what) { return key.ends_with(what); };
  if (ends(".policy")) return policies(group.model.num_exits);
  std::vector<std::string> values;
  for (const SplitPoint& split : profile.splits) {
    if (ends(".offload.from") && !split.codecs.empty()) values.push_back(split.name);
    if (!ends(".offload.codec")) continue;
    for (const CodecAnswers& coded : split.codecs)
      if (coded.after.empty() && std::find(values.begin(), values.end(), coded.codec) == values.end())
        values.push_back(coded.codec);
  }
  if (values.empty())
    throw UserError(place, fmt::format("no values are known for it; give them: --choose {}=A,B,C", key));
  return values;
}

/// Whether the profiles at hand know what this scenario sends; what was chosen from them is not made anew.
bool is_profiled(const Scenario& scenario, const std::map<std::string, ExitProfile>& profiles) {
  for (const DeviceGroup& group : scenario.devices) {
    const auto profile = profiles.find(group.model.directory.string());
    if (profile == profiles.end() || !group.offload) continue;
    if (profile->second.find_answers(group.offload->from, group.offload->codec, "") == nullptr) return false;
    if (group.policy.rule == "never" && group.offload->from == "input") return false;
  }
  return true;
}

std::vector<Choice> combinations(const std::vector<Axis>& axes) {
  std::vector<Choice> choices(1);
  for (const Axis& axis : axes) {
    std::vector<Choice> longer;
    for (const Choice& choice : choices)
      for (const std::vector<std::string>& row : axis.rows) {
        longer.push_back(choice);
        longer.back().emplace_back(axis.keys[0], row[0]);
      }
    choices = std::move(longer);
    if (choices.size() > kMostChoices)
      throw UserError(
          fmt::format("--choose asks for more than {} combinations; choose fewer keys", kMostChoices));
  }
  return choices;
}

/// Keeps the choices that can be read and simulated; with none left, says why the last could not.
void choose(Question& question, std::vector<Axis> axes) {
  const Scenario base = read_scenario(question.file, question.overrides);
  question.profiles = profiles_for({&base});
  bool from_profile = false;
  for (Axis& axis : axes) {
    question.keys.push_back(axis.keys[0]);
    if (!axis.rows.empty()) continue;
    from_profile = true;
    for (std::string& value : values_of(axis.keys[0], base, question.profiles))
      axis.rows.push_back({std::move(value)});
  }
  question.choices = combinations(axes);
  std::vector<Choice> good;
  std::vector<Scenario> scenarios;
  std::set<std::string> seen;
  std::optional<UserError> last;
  for (std::size_t c = 0; c < question.choices.size(); ++c) {
    try {
      Scenario scenario = question.scenario_at(c, std::nullopt);
      if (from_profile && !is_profiled(scenario, question.profiles)) continue;
      if (!seen.insert(scenario.resolved_yaml).second) continue;  // what a rule ignores makes no difference
      good.push_back(question.choices[c]);
      scenarios.push_back(std::move(scenario));
    } catch (const UserError& error) {
      if (!from_profile) throw;
      last = error;
    }
  }
  if (good.empty())
    throw last ? *last : UserError("--choose: no combination was profiled; see: offramp profile");
  question.choices = std::move(good);
  std::vector<const Scenario*> pointers;
  for (const Scenario& scenario : scenarios) pointers.push_back(&scenario);
  question.profiles = profiles_for(pointers);
}

}  // namespace

Question question_of(const PlanOptions& options) {
  Question question;
  if (options.maximize.empty() == options.minimize.empty())
    throw UserError("plan needs one objective: --maximize devices.0.count or --minimize FIGURE");
  question.objective.maximize = !options.maximize.empty();
  question.objective.key = question.objective.maximize ? options.maximize : options.minimize;
  question.file = options.scenario.file;
  question.overrides = {{"compare", "null"}};
  for (Override& one : options.scenario.overrides()) question.overrides.push_back(std::move(one));
  const Scenario base = options.scenario.read();
  question.replications = std::max(question.replications, base.replications);
  if (options.scenario.replications) question.replications = std::max<std::size_t>(2, base.replications);
  const std::vector<std::string> names = metric_names(base);
  const auto is_figure = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  // "uplink.bytes_per_request" is what people say; the figure is called uplink.payload_bytes_per_request.
  const auto full_name = [&](const std::string& name) {
    const std::size_t last = name.rfind('.') + 1;
    const std::string full = name.substr(0, last) + "payload_" + name.substr(last);
    return !is_figure(name) && is_figure(full) ? full : name;
  };
  question.objective.key = full_name(question.objective.key);
  question.objective.is_figure = is_figure(question.objective.key);
  if (!question.objective.is_figure) question.levels.emplace(options.between, question.objective.maximize);
  for (const std::string& text : options.subject_to) {
    question.constraints.push_back(parse_constraint(text));
    std::string& metric = question.constraints.back().metric;
    metric = full_name(metric);
    if (!is_figure(metric))
      throw UserError(Place{fmt::format("--subject-to '{}'", text)},
                      fmt::format("{} is no figure{}", metric, suggestion(metric, names)));
  }
  if (question.constraints.empty() && !question.objective.is_figure)
    throw UserError("plan needs something to keep, for example --subject-to 'latency_s.p95 <= 200ms'");
  choose(question, parse_choices(options.choose));
  return question;
}

}  // namespace offramp
