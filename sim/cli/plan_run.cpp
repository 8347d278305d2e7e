#include "sim/cli/plan_run.hpp"

#include <algorithm>

namespace offramp {
namespace {

/// Keys that change how many requests there are or what they cross, but not what becomes of an image.
bool keeps_routes(const Objective& objective) {
  const std::string& key = objective.key;
  return objective.is_figure || key.ends_with(".count") || key.find(".arrivals.") != std::string::npos ||
         key.starts_with("network.uplink.") || key.starts_with("network.access.") || key == "cloud.servers";
}

}  // namespace

PlanRun::PlanRun(const Question& question) : question_(question) {
  for (const Constraint& constraint : question.constraints) metrics_.push_back(constraint.metric);
  if (question.objective.is_figure) metrics_.push_back(question.objective.key);
  problem_.constraints = question.constraints;
  problem_.choices = question.choices.size();
  problem_.highest = question.levels ? question.levels->count() - 1 : 0;
  problem_.replications = question.replications;
}

SimulatedTrials PlanRun::trials(std::function<void(Scenario&)> change) const {
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

}  // namespace offramp
