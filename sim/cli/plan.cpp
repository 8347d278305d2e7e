#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/cli/plan_answer.hpp"
#include "sim/cli/plan_question.hpp"
#include "sim/cli/plan_run.hpp"
#include "sim/cli/program.hpp"
#include "sim/core/progress.hpp"

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

OfferedLoad busiest(const std::vector<OfferedLoad>& loads) {
  if (loads.empty()) return {};
  return *std::max_element(loads.begin(), loads.end(),
                           [](const OfferedLoad& a, const OfferedLoad& b) { return a.load < b.load; });
}

/// By how much a type's times may be off, either way.
double margin_of(const DeviceType& type) { return std::max(1.0, type.margin); }

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
      "60ms' --subject-to 'accuracy.top1 >= 0.91' --choose devices.0.policy");
  command->callback([options] {
    const Question question = question_of(*options);
    if (question.objective.is_figure)
      plan_figure(question, options->as_json);
    else
      plan_levels(question, options->as_json);
  });
}

}  // namespace offramp
