#include "sim/planning/simulated_trials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/simulation/offered_load.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/process_pool.hpp"
#include "sim/sweep/settle_warm_up.hpp"

namespace offramp {
namespace {

constexpr const char* kAccuracy = "accuracy.top1";

std::vector<std::uint32_t> device_groups(const Scenario& scenario) {
  std::vector<std::uint32_t> groups;
  for (std::uint32_t g = 0; g < scenario.devices.size(); ++g)
    groups.insert(groups.end(), scenario.devices[g].count, g);
  return groups;
}

/// The accuracy over all images, when nothing but the exit policy decides who answers.
std::optional<double> planned_accuracy(const Scenario& scenario, const std::vector<RoutePlan>& routes) {
  double right = 0, asked = 0;
  for (std::size_t g = 0; g < scenario.devices.size(); ++g) {
    const DeviceGroup& group = scenario.devices[g];
    if (group.night || group.adapts() || routes[g].fallback || !scenario.outages.empty() ||
        routes[g].frames.by_cells())
      return std::nullopt;
    const double weight = static_cast<double>(group.count) * group.arrivals.rate_per_s;
    double correct = 0;
    for (std::uint32_t image = 0; image < routes[g].images; ++image)
      for (const TierPlan& tier : routes[g].tiers)
        if (tier.exit_of(image) != TierPlan::kPassOn) {
          correct += tier.correct(image) ? 1 : 0;
          break;
        }
    right += weight * correct / static_cast<double>(routes[g].images);
    asked += weight;
  }
  return right / asked;
}

double value_of(const ReplicationResult& result, const std::string& name) {
  for (const Metric& metric : result.metrics)
    if (metric.name == name) return metric.value;
  return std::nan("");
}

double sampling_error_of(const ReplicationResult& result, const std::string& name) {
  for (const ImageSamplingError& error : result.image_sampling)
    if (error.metric == name) return error.standard_error;
  return 0;
}

}  // namespace

SimulatedTrials::SimulatedTrials(std::function<Scenario(const Setting&)> scenario_at,
                                 const std::map<std::string, ExitProfile>& profiles,
                                 std::vector<Constraint> constraints, std::vector<std::string> metrics,
                                 bool same_routes)
    : scenario_at_(std::move(scenario_at)),
      profiles_(profiles),
      constraints_(std::move(constraints)),
      metrics_(std::move(metrics)),
      same_routes_(same_routes) {}

const SimulatedTrials::Prepared& SimulatedTrials::prepared(const Setting& setting) {
  if (held_ && current_ == setting) return *held_;
  Prepared made;
  made.scenario = scenario_at_(setting);
  made.scenario.output.requests = false;
  std::shared_ptr<const std::vector<RoutePlan>>& kept = routes_[setting.choice];
  if (!kept || !same_routes_)
    kept = std::make_shared<const std::vector<RoutePlan>>(plan_routes(made.scenario, profiles_));
  made.routes = kept;
  made.loads = offered_loads(made.scenario, *made.routes, device_groups(made.scenario));
  made.accuracy = planned_accuracy(made.scenario, *made.routes);
  held_ = std::move(made);
  current_ = setting;
  return *held_;
}

std::vector<OfferedLoad> SimulatedTrials::loads(const Setting& setting) { return prepared(setting).loads; }

std::optional<std::string> SimulatedTrials::ruled_out(const Setting& setting) {
  if (const auto known = verdicts_.find(setting); known != verdicts_.end()) return known->second;
  const Prepared& at = prepared(setting);
  std::optional<std::string> verdict;
  const bool adapts = std::ranges::any_of(at.scenario.devices, &DeviceGroup::adapts);  // and asks for less
  for (const OfferedLoad& offered : at.loads)
    if (offered.load >= 1 && !verdict && !adapts)
      verdict = fmt::format("the {} would be asked for {:.0f} % of what it can do", offered.resource,
                            100 * offered.load);
  for (const Constraint& constraint : constraints_)
    if (constraint.metric == kAccuracy && at.accuracy && !constraint.met_by(*at.accuracy))
      verdict = fmt::format("its accuracy is {:.4g}", *at.accuracy);
  return verdicts_[setting] = verdict;
}

bool SimulatedTrials::settle(const Setting& setting) {
  prepared(setting);
  if (!held_->scenario.warmup_auto) return true;
  auto known = warm_ups_s_.find(setting);
  if (known == warm_ups_s_.end())
    known = warm_ups_s_.emplace(setting, measured_warm_up_s(held_->scenario, *held_->routes)).first;
  if (known->second) {
    held_->scenario.warmup_s = *known->second;
    return true;
  }
  verdicts_[setting] = "its latencies do not settle within the first half of the run (warmup: auto)";
  return false;
}

std::vector<Trial> SimulatedTrials::run(const Setting& setting, std::size_t first, std::size_t count) {
  if (!settle(setting)) {
    const std::vector<double> undefined(metrics_.size(), std::nan(""));
    return std::vector<Trial>(count, {undefined, std::vector<double>(metrics_.size(), 0)});
  }
  const Prepared& at = prepared(setting);
  const std::vector<std::string> answers = run_in_processes(
      count, available_processors(),
      [&](std::size_t task) { return to_bytes(simulate(at.scenario, *at.routes, first + task).result); });
  std::vector<Trial> trials;
  for (const std::string& answer : answers) {
    const ReplicationResult result = replication_result_from(answer);
    Trial& trial = trials.emplace_back();
    for (const std::string& metric : metrics_) {
      trial.values.push_back(metric == kAccuracy && at.accuracy ? *at.accuracy : value_of(result, metric));
      trial.sampling_errors.push_back(sampling_error_of(result, metric));
    }
  }
  runs_ += count;
  if (tell_) tell_(runs_);
  return trials;
}

}  // namespace offramp
