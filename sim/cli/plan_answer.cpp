#include "sim/cli/plan_answer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

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

}  // namespace offramp
