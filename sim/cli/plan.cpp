#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scenario_options.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/core/progress.hpp"
#include "sim/planning/planner.hpp"
#include "sim/planning/question.hpp"
#include "sim/planning/simulated_trials.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/read_scenario.hpp"

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kUsualReplications = 5;
constexpr std::size_t kMostChoices = 5'000;

struct PlanOptions {
  ScenarioOptions scenario;
  std::string maximize;
  std::string minimize;
  std::vector<std::string> subject_to;
  std::vector<std::string> choose;
  std::string between = "1,10000";
  bool as_json = false;
};

/// A combination of choices, as overrides.
using Choice = std::vector<Override>;

/// The question with everything that it needs to be asked.
struct Question {
  Objective objective;
  std::optional<Levels> levels;  ///< of an objective that is a key
  std::vector<Constraint> constraints;
  std::vector<std::string> keys;  ///< that are chosen
  std::vector<Choice> choices;
  std::vector<Override> overrides;
  std::filesystem::path file;
  std::size_t replications = kUsualReplications;
  std::map<std::string, ExitProfile> profiles;

  Scenario scenario_at(std::size_t choice, const std::optional<std::string>& value) const {
    std::vector<Override> all = overrides;
    all.insert(all.end(), choices[choice].begin(), choices[choice].end());
    if (value) all.emplace_back(objective.key, *value);
    return read_scenario(file, all);
  }
};

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
  if (base.warmup_auto)
    throw UserError(Place{question.file.string()},
                    "warmup: auto: a plan needs one warm-up for all settings; say how long");
  question.replications = std::max(kUsualReplications, base.replications);
  if (options.scenario.replications) question.replications = std::max<std::size_t>(2, base.replications);
  const std::vector<std::string> names = metric_names(base);
  const auto is_figure = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  question.objective.is_figure = is_figure(question.objective.key);
  if (!question.objective.is_figure) question.levels.emplace(options.between, question.objective.maximize);
  for (const std::string& text : options.subject_to) {
    question.constraints.push_back(parse_constraint(text));
    const std::string& metric = question.constraints.back().metric;
    if (!is_figure(metric))
      throw UserError(Place{fmt::format("--subject-to '{}'", text)},
                      fmt::format("{} is no figure{}", metric, suggestion(metric, names)));
  }
  if (question.constraints.empty() && !question.objective.is_figure)
    throw UserError("plan needs something to keep, for example --subject-to 'latency_s.p95 <= 200ms'");
  choose(question, parse_choices(options.choose));
  return question;
}

// --- what is said -------------------------------------------------------------------------------------

std::string interval_text(const std::optional<Estimate>& estimate) {
  if (!estimate) return "undefined";
  if (!estimate->ci95) return fmt::format("{:.4g}", estimate->value);
  return fmt::format("{:.4g} ({:.4g} to {:.4g})", estimate->value, estimate->ci95->first,
                     estimate->ci95->second);
}

std::string choice_text(const Choice& choice) {
  std::string text;
  for (const auto& [key, value] : choice) text += fmt::format("    {}: {}\n", key, value);
  return text;
}

Json choice_json(const Choice& choice) {
  Json json = Json::object();
  for (const auto& [key, value] : choice) json[key] = value;
  return json;
}

OfferedLoad busiest(const std::vector<OfferedLoad>& loads) {
  if (loads.empty()) return {};
  return *std::max_element(loads.begin(), loads.end(),
                           [](const OfferedLoad& a, const OfferedLoad& b) { return a.load < b.load; });
}

/// A device or server that takes `factor` times as long for everything.
void slow_down(DeviceType& type, double factor) {
  type.overhead_s_per_run *= factor;
  type.overhead_s_per_call *= factor;
  type.flops_per_s /= factor;
  type.memory_bytes_per_s /= factor;
  type.zstd_s_per_byte *= factor;
  for (auto& [model, times] : type.segments_s) {
    for (double& s : times.backbone_s) s *= factor;
    for (double& s : times.heads_s) s *= factor;
  }
}

/// By how much a type's times may be off, either way.
double margin_of(const DeviceType& type) { return std::max(1.0, type.margin); }

/// Keys that change how many requests there are or what they cross, but not what becomes of an image.
bool keeps_routes(const Objective& objective) {
  const std::string& key = objective.key;
  return objective.is_figure || key.ends_with(".count") || key.find(".arrivals.") != std::string::npos ||
         key.starts_with("network.uplink.") || key.starts_with("network.access.") || key == "cloud.servers";
}

/// Asks the planner about a setting in steps of the objective.
class PlanRun {
 public:
  explicit PlanRun(const Question& question) : question_(question) {
    for (const Constraint& constraint : question.constraints) metrics_.push_back(constraint.metric);
    if (question.objective.is_figure) metrics_.push_back(question.objective.key);
    problem_.constraints = question.constraints;
    problem_.choices = question.choices.size();
    problem_.highest = question.levels ? question.levels->count() - 1 : 0;
    problem_.replications = question.replications;
  }

  const PlanProblem& problem() const { return problem_; }

  /// @param change  made to each scenario before it is tried
  SimulatedTrials trials(std::function<void(Scenario&)> change = {}) const {
    return SimulatedTrials(
        [this, change](const Setting& setting) {
          std::optional<std::string> value;
          if (question_.levels) value = question_.levels->text(setting.level);
          Scenario scenario = question_.scenario_at(setting.choice, value);
          if (change) change(scenario);
          return scenario;
        },
        question_.profiles, question_.constraints, metrics_, keeps_routes(question_.objective));
  }

 private:
  const Question& question_;
  std::vector<std::string> metrics_;
  PlanProblem problem_;
};

/// A figure is maximized as its negative is minimized.
class Negated final : public Trials {
 public:
  Negated(Trials& trials, bool active) : trials_(trials), active_(active) {}
  std::vector<Trial> run(const Setting& setting, std::size_t first, std::size_t count) override {
    std::vector<Trial> trials = trials_.run(setting, first, count);
    for (Trial& trial : trials)
      if (active_) trial.values.back() = -trial.values.back();
    return trials;
  }
  std::optional<std::string> ruled_out(const Setting& setting) override { return trials_.ruled_out(setting); }

 private:
  Trials& trials_;
  bool active_;
};

std::string kept_text(const Question& question, const Tried& tried) {
  std::string text;
  for (std::size_t c = 0; c < question.constraints.size(); ++c)
    text += fmt::format("    {}: {}\n", question.constraints[c].text, interval_text(tried.estimate(c)));
  return text;
}

Json kept_json(const Question& question, const Tried& tried) {
  Json json = Json::array();
  for (std::size_t c = 0; c < question.constraints.size(); ++c) {
    const std::optional<Estimate> estimate = tried.estimate(c);
    Json ci = nullptr;
    if (estimate && estimate->ci95) ci = {estimate->ci95->first, estimate->ci95->second};
    json.push_back({{"constraint", question.constraints[c].text},
                    {"value", estimate ? Json(estimate->value) : Json(nullptr)},
                    {"ci95", ci},
                    {"met", estimate && question.constraints[c].met_by(estimate->value)}});
  }
  return json;
}

/// @return the exit code
int say_infeasible(const Question& question, Planner& planner, SimulatedTrials& trials,
                   const Setting& nearest, bool as_json) {
  const Tried& tried = planner.all_of(nearest);
  const std::optional<std::string> why = trials.ruled_out(nearest);
  if (as_json) {
    const Json document = {{"feasible", false},
                           {"nearest",
                            {{"choice", choice_json(question.choices[nearest.choice])},
                             {"constraints", kept_json(question, tried)},
                             {"ruled_out", why ? Json(*why) : Json(nullptr)}}},
                           {"replications", planner.replications_run()}};
    fmt::print("{}\n", document.dump(2));
    return 0;
  }
  fmt::print("No setting meets all constraints{}. Nearest to it comes\n{}",
             question.levels ? fmt::format(", not even {} = {}", question.objective.key,
                                           question.levels->text(nearest.level))
                             : "",
             choice_text(question.choices[nearest.choice]));
  for (std::size_t c = 0; c < question.constraints.size(); ++c) {
    const Constraint& constraint = question.constraints[c];
    const std::optional<Estimate> estimate = tried.estimate(c);
    const double missed = constraint.missed_by(estimate ? estimate->value : std::nan(""));
    fmt::print("    {}: {}{}\n", constraint.text, interval_text(estimate),
               missed == 0 ? "" : fmt::format(", missed by {:.1f} %", 100 * missed));
  }
  if (why) fmt::print("    and {}\n", *why);
  return 0;
}

struct Relief {
  std::string text;
  std::function<void(Scenario&)> change;
};

/// What would carry more: twice the resource that is asked for most.
std::optional<Relief> relief_of(const std::string& resource) {
  if (resource == "uplink" || resource == "downlink")
    return Relief{"an uplink of twice the bandwidth", [](Scenario& s) { s.network.uplink.bytes_per_s *= 2; }};
  if (resource == "cloud")
    return Relief{"twice the servers in the cloud", [](Scenario& s) { s.cloud.servers *= 2; }};
  if (resource == "gateway")
    return Relief{"twice the servers at each gateway", [](Scenario& s) {
                    if (s.network.gateway) s.network.gateway->servers *= 2;
                  }};
  if (resource == "device")
    return Relief{"devices twice as fast", [](Scenario& s) {
                    for (DeviceGroup& group : s.devices) slow_down(group.type, 0.5);
                  }};
  if (resource == "access")
    return Relief{"access links of twice the bandwidth", [](Scenario& s) {
                    for (auto& [name, link] : s.network.access) {
                      link.up_bytes_per_s *= 2;
                      link.down_bytes_per_s *= 2;
                      for (double& rate : link.station_bytes_per_s) rate *= 2;
                    }
                  }};
  return std::nullopt;
}

/// What measurement would make the answer surer, by the interval that reaches across its bound most.
std::string narrowing_text(const Question& question, const Tried& tried, const LevelPlan& plan,
                           bool device_times_matter) {
  if (device_times_matter) return "Measuring the devices (offramp calibrate) would narrow the answer most.\n";
  if (plan.surely == plan.perhaps) return "";
  double most_images = 0, most_replications = 0;
  for (std::size_t c = 0; c < question.constraints.size(); ++c) {
    const Constraint& constraint = question.constraints[c];
    const std::optional<Estimate> estimate = tried.estimate(c);
    if (!estimate || !estimate->ci95) continue;
    const double half_width = (estimate->ci95->second - estimate->ci95->first) / 2;
    if (half_width < std::abs(estimate->value - constraint.bound)) continue;  // not across
    const double images = 1.96 * tried.trials[0].sampling_errors[c];
    const double scale = constraint.bound == 0 ? 1 : std::abs(constraint.bound);
    most_images = std::max(most_images, images / scale);
    most_replications = std::max(most_replications,
                                 std::sqrt(std::max(0.0, half_width * half_width - images * images)) / scale);
  }
  if (most_images > most_replications)
    return "More test images would narrow the answer most: on others the accuracy may miss its bound.\n";
  return "More replications (--replications) would narrow the answer most.\n";
}

/// The level that the best choice reaches when every scenario is changed; below 0: none.
std::int64_t level_with(const PlanRun& run, const Setting& best, const std::function<void(Scenario&)>& change,
                        std::size_t& replications) {
  SimulatedTrials trials = run.trials(change);
  Planner planner(run.problem(), trials);
  const std::optional<std::int64_t> level = planner.highest_level_of(best.choice, best.level);
  replications += planner.replications_run();
  return level.value_or(-1);
}

int plan_levels(const Question& question, bool as_json) {
  const PlanRun run(question);
  SimulatedTrials trials = run.trials();
  Planner planner(run.problem(), trials);
  Progress progress("Planning", 100);
  trials.on_run([&](std::size_t runs) {
    progress.update(std::min<std::size_t>(99, runs), fmt::format("{} runs", runs));
  });
  const LevelPlan plan = planner.highest_level();
  if (!plan.best) {
    progress.finish();
    return say_infeasible(question, planner, trials, plan.nearest, as_json);
  }
  const Setting best = *plan.best;
  const auto text = [&](std::int64_t level) {
    return level < 0 ? std::string("none") : question.levels->text(level);
  };
  const OfferedLoad load = busiest(trials.loads(best));
  std::string limit;
  if (plan.ceiling) {
    limit = *plan.ceiling;
  } else {
    const Constraint& constraint = question.constraints[plan.limiting];
    const Tried& above = planner.known_of({best.choice, best.level + 1});
    limit = fmt::format("{} would be {}", constraint.metric, interval_text(above.estimate(plan.limiting)));
  }
  std::size_t further = 0;
  const std::optional<Relief> relief = relief_of(load.resource);
  const std::string relieved = relief ? text(level_with(run, best, relief->change, further)) : std::string();

  // Where the answer is least sure: replications and images are in the intervals; device times are not.
  const Scenario at_best = question.scenario_at(best.choice, text(best.level));
  double margin = 1;
  std::set<std::string> unknown;
  std::vector<const DeviceType*> types{&at_best.cloud.type};
  for (const DeviceGroup& group : at_best.devices) types.push_back(&group.type);
  for (const DeviceType* type : types) {
    margin = std::max(margin, margin_of(*type));
    if (type->margin == 0 && !type->fit && type->basis != "measured") unknown.insert(type->name);
  }
  std::int64_t slow = best.level, fast = best.level;
  if (margin > 1) {
    const auto all_by = [&](double sign) {
      return [sign](Scenario& s) {
        for (DeviceGroup& group : s.devices) slow_down(group.type, std::pow(margin_of(group.type), sign));
        slow_down(s.cloud.type, std::pow(margin_of(s.cloud.type), sign));
      };
    };
    slow = level_with(run, best, all_by(1), further);
    fast = level_with(run, best, all_by(-1), further);
  }
  const std::string narrowing =
      narrowing_text(question, planner.all_of(best), plan, fast - slow > plan.perhaps - plan.surely);
  progress.finish();

  const std::string low = question.objective.maximize ? text(plan.surely) : text(plan.perhaps);
  const std::string high = question.objective.maximize ? text(plan.perhaps) : text(plan.surely);
  if (as_json) {
    const Json document = {
        {"feasible", true},
        {"objective", question.objective.key},
        {"value", text(best.level)},
        {"between", {low, high}},
        {"choice", choice_json(question.choices[best.choice])},
        {"constraints", kept_json(question, planner.all_of(best))},
        {"limit", limit},
        {"busiest", {{"resource", load.resource}, {"load", load.load}}},
        {"relief", relief ? Json{{"with", relief->text}, {"value", relieved}} : Json(nullptr)},
        {"device_times",
         margin > 1 ? Json{{"factor", margin}, {"between", {text(slow), text(fast)}}} : Json(nullptr)},
        {"narrowed_by", narrowing},
        {"choices", question.choices.size()},
        {"settings", planner.settings_tried()},
        {"replications", planner.replications_run()},
        {"further_replications", further}};
    fmt::print("{}\n", document.dump(2));
    return 0;
  }
  if (plan.surely >= 0)
    fmt::print("{} = {}, between {} and {} (95 %: replications and the profile's images)\n",
               question.objective.key, text(best.level), low, high);
  else
    fmt::print("{} = {}, sure of none: an interval below reaches across its bound at every value\n",
               question.objective.key, text(best.level));
  fmt::print("{}", choice_text(question.choices[best.choice]));
  fmt::print("keeps\n{}", kept_text(question, planner.all_of(best)));
  fmt::print("One step more: {}.\n", limit);
  if (!load.resource.empty())
    fmt::print("Busiest is the {}, asked for {:.0f} % of what it can do.\n", load.resource, 100 * load.load);
  if (relief) fmt::print("With {} it would be {}.\n", relief->text, relieved);
  if (margin > 1)
    fmt::print(
        "Device times may be off by a factor of {:.2g}: with all slower or faster by that it is {} to {}.\n",
        margin, text(slow), text(fast));
  fmt::print("{}", narrowing);
  if (!unknown.empty())
    fmt::print("How far the times of {} are off is not known; measure them first (offramp calibrate).\n",
               fmt::join(unknown, ", "));
  fmt::print(stderr, "{} settings of {} choices tried in {} replications, and {} for what would change it\n",
             planner.settings_tried(), question.choices.size(), planner.replications_run(), further);
  return 0;
}

int plan_figure(const Question& question, bool as_json) {
  const PlanRun run(question);
  SimulatedTrials trials = run.trials();
  Negated turned(trials, question.objective.maximize);
  Planner planner(run.problem(), turned);
  Progress progress("Planning", question.choices.size() * question.replications);
  trials.on_run([&](std::size_t runs) { progress.update(runs); });
  const std::vector<std::size_t> order = planner.least();
  progress.finish();
  if (order.empty()) return say_infeasible(question, planner, trials, planner.nearest_miss(), as_json);
  const std::size_t objective = question.constraints.size();
  const auto estimate_of = [&](std::size_t choice) {
    std::optional<Estimate> estimate = planner.known_of({choice, 0}).estimate(objective);
    if (estimate && question.objective.maximize) {
      estimate->value = -estimate->value;
      if (estimate->ci95) estimate->ci95 = {-estimate->ci95->second, -estimate->ci95->first};
    }
    return estimate;
  };
  constexpr std::size_t kShown = 3;
  if (as_json) {
    Json document = {{"feasible", true}, {"objective", question.objective.key}};
    for (std::size_t i = 0; i < std::min(order.size(), kShown); ++i) {
      const std::optional<Estimate> estimate = estimate_of(order[i]);
      Json ci = nullptr;
      if (estimate && estimate->ci95) ci = {estimate->ci95->first, estimate->ci95->second};
      document["best"].push_back({{"value", estimate ? Json(estimate->value) : Json(nullptr)},
                                  {"ci95", ci},
                                  {"choice", choice_json(question.choices[order[i]])},
                                  {"constraints", kept_json(question, planner.known_of({order[i], 0}))}});
    }
    document["choices"] = question.choices.size();
    document["replications"] = planner.replications_run();
    fmt::print("{}\n", document.dump(2));
    return 0;
  }
  for (std::size_t i = 0; i < std::min(order.size(), kShown); ++i)
    fmt::print("{}{} = {}\n{}keeps\n{}", i == 0 ? "" : "Next: ", question.objective.key,
               interval_text(estimate_of(order[i])), choice_text(question.choices[order[i]]),
               kept_text(question, planner.known_of({order[i], 0})));
  const OfferedLoad load = busiest(trials.loads({order[0], 0}));
  if (!load.resource.empty())
    fmt::print("Busiest is the {}, asked for {:.0f} % of what it can do.\n", load.resource, 100 * load.load);
  fmt::print(stderr, "{} of {} choices keep the constraints; {} replications\n", order.size(),
             question.choices.size(), planner.replications_run());
  return 0;
}

}  // namespace

void add_plan_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("plan", "Find the best setting under constraints, and how sure that is");
  auto options = std::make_shared<PlanOptions>();
  options->scenario.add_to(*command);
  command->add_option(
      "--maximize", options->maximize,
      "A key of the scenario (devices.0.count) or a figure (accuracy.top1), as large as can be");
  command->add_option("--minimize", options->minimize, "The same, as small as can be");
  command
      ->add_option("--subject-to", options->subject_to,
                   "What must hold: 'latency_s.p95 <= 200ms', 'accuracy.top1 >= 0.9'")
      ->type_name("'FIGURE <= NUMBER'")
      ->take_all()
      ->expected(1);
  command
      ->add_option(
          "--choose", options->choose,
          "What may be chosen: KEY=A,B,C, or devices.0.policy, .offload.from, .offload.codec as profiled")
      ->type_name("KEY[=VALUES]")
      ->take_all()
      ->expected(1);
  command
      ->add_option("--between", options->between,
                   "Where to look for a key's value: 1,10000 (whole numbers) or 1Mbps,50Mbps (steps of 1 %)")
      ->type_name("LOW,HIGH");
  command->add_flag("--json", options->as_json, "Print the answer as JSON");
  command->footer(
      "Example:  offramp plan scenarios/quickstart.yaml --maximize devices.0.count --subject-to "
      "'latency_s.p95 <= "
      "60ms' --subject-to 'accuracy.top1 >= 0.905' --choose devices.0.policy");
  command->callback([options] {
    const Question question = question_of(*options);
    if (question.objective.is_figure)
      plan_figure(question, options->as_json);
    else
      plan_levels(question, options->as_json);
  });
}

}  // namespace offramp
