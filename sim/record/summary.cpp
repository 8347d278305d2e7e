#include "sim/record/summary.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <vector>

#include "analysis/stats/estimate.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

/// The place of "exits.0.share" in the document: numbers are positions of an array.
Json& place_of(Json& document, const std::string& dotted) {
  std::string pointer = "/" + dotted;
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  return document[Json::json_pointer(pointer)];
}

/// Counts are whole numbers below 2^53; written without a fraction.
Json count_json(double value) {
  if (std::isnan(value)) return nullptr;
  return static_cast<std::uint64_t>(value + 0.5);
}

/// @param sampling_error  standard error that replications have in common, which their spread does not show
Json estimate_json(const std::vector<double>& replications, double sampling_error) {
  std::optional<Estimate> estimate = estimate_mean(replications);
  if (!estimate) return nullptr;
  widen95(*estimate, sampling_error);
  Json ci = nullptr;
  if (estimate->ci95) ci = {estimate->ci95->first, estimate->ci95->second};
  return {{"value", estimate->value}, {"ci95", ci}};
}

std::string_view place_of_exit(const DeviceGroup& group, int exit) {
  if (!group.offload || exit <= last_exit_before(group.offload->from)) return "device";
  if (group.offload->to == OffloadSpec::To::cloud) return "cloud";
  const auto& onward = group.offload->onward;
  return onward && exit > last_exit_before(onward->from) ? "cloud" : "gateway";
}

/// Where exit e lies: with groups that differ, "mixed".
std::string where_exit_is(const Scenario& scenario, std::size_t exit) {
  std::string_view where;
  for (const DeviceGroup& group : scenario.devices) {
    if (exit >= group.model.num_exits) continue;
    const std::string_view place = place_of_exit(group, static_cast<int>(exit));
    if (!where.empty() && where != place) return "mixed";
    where = place;
  }
  return std::string(where);
}

double sampling_error_of(const std::string& metric, const ReplicationResult& replication) {
  for (const ImageSamplingError& error : replication.image_sampling)
    if (error.metric == metric) return error.standard_error;
  return 0;
}

/// The latency distribution: at each probability the mean over replications.
Json cdf_json(std::span<const ReplicationResult> replications) {
  std::vector<double> p;
  std::vector<double> value;
  for (std::size_t i = 0; i < quantile_grid().size(); ++i) {
    std::vector<double> values;
    for (const ReplicationResult& replication : replications)
      if (!replication.latency_quantiles_s.empty()) values.push_back(replication.latency_quantiles_s[i]);
    const std::optional<Estimate> estimate = estimate_mean(values);
    if (!estimate) return nullptr;
    p.push_back(quantile_grid()[i]);
    value.push_back(estimate->value);
  }
  return {{"p", p}, {"value", value}};
}

/// Whether every resource can do what it is asked for, and which is asked for most.
Json stability_json(const std::vector<OfferedLoad>& loads) {
  if (loads.empty()) return nullptr;
  const auto highest = std::max_element(
      loads.begin(), loads.end(), [](const OfferedLoad& a, const OfferedLoad& b) { return a.load < b.load; });
  Json each = Json::object();
  for (const OfferedLoad& offered : loads) each[offered.resource] = offered.load;
  return {{"stable", highest->load < 1}, {"bottleneck", highest->resource}, {"load", each}};
}

double total(std::span<const ReplicationResult> replications, double ReplicationResult::*field) {
  return std::accumulate(replications.begin(), replications.end(), 0.0,
                         [&](double sum, const ReplicationResult& r) { return sum + r.*field; });
}

}  // namespace

Json summary_json(const Scenario& scenario, const std::string& label,
                  std::span<const ReplicationResult> replications) {
  std::size_t devices = 0;
  for (const DeviceGroup& group : scenario.devices) devices += group.count;
  Json summary = {{"name", scenario.name},        {"label", label},
                  {"seed", scenario.seed},        {"replications", replications.size()},
                  {"devices", devices},           {"duration_s", scenario.duration_s},
                  {"warmup_s", scenario.warmup_s}};
  const std::vector<Metric>& names = replications.front().metrics;
  for (std::size_t m = 0; m < names.size(); ++m) {
    std::vector<double> values;
    for (const ReplicationResult& replication : replications) values.push_back(replication.metrics[m].value);
    place_of(summary, names[m].name) =
        names[m].kind == Metric::Kind::count
            ? count_json(std::accumulate(values.begin(), values.end(), 0.0))
            : estimate_json(values, sampling_error_of(names[m].name, replications.front()));
  }
  for (std::size_t e = 0; e < summary["exits"].size(); ++e)
    summary["exits"][e]["where"] = where_exit_is(scenario, e);
  summary["latency_s"]["cdf"] = cdf_json(replications);

  summary["stability"] = stability_json(replications.front().offered_loads);

  const double wall_s = total(replications, &ReplicationResult::loop_s);
  summary["wall_s"] = wall_s;
  summary["requests_per_wall_s"] = total(replications, &ReplicationResult::requests) / wall_s;
  summary["setup_s"] = total(replications, &ReplicationResult::setup_s);
  summary["write_s"] = total(replications, &ReplicationResult::write_s);
  return summary;
}

}  // namespace offramp
