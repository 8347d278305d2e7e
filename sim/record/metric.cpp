#include "sim/record/metric.hpp"

#include <limits>
#include <nlohmann/json.hpp>

namespace offramp {
namespace {

using nlohmann::json;

json number_or_null(double value) { return value == value ? json(value) : json(nullptr); }

double number_from(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace

const std::vector<double>& quantile_grid() {
  static const std::vector<double> grid = [] {
    std::vector<double> points;
    for (int i = 0; i < 198; ++i) points.push_back(i * 0.005);
    for (int i = 0; i < 10; ++i) points.push_back(0.99 + i * 0.001);
    points.push_back(0.9995);
    points.push_back(1);
    return points;
  }();
  return grid;
}

std::string to_bytes(const ReplicationResult& result) {
  json metrics = json::array();
  for (const Metric& metric : result.metrics)
    metrics.push_back({metric.name, metric.kind == Metric::Kind::count, number_or_null(metric.value)});
  json loads = json::array();
  for (const OfferedLoad& offered : result.offered_loads) loads.push_back({offered.resource, offered.load});
  json sampling = json::array();
  for (const ImageSamplingError& error : result.image_sampling)
    sampling.push_back({error.metric, error.standard_error});
  const std::vector<std::uint8_t> packed = json::to_cbor({{"metrics", metrics},
                                                          {"quantiles", result.latency_quantiles_s},
                                                          {"windows", result.window_bytes},
                                                          {"offered_loads", loads},
                                                          {"image_sampling", sampling},
                                                          {"requests", result.requests},
                                                          {"loop_s", result.loop_s},
                                                          {"setup_s", result.setup_s},
                                                          {"write_s", result.write_s}});
  return {packed.begin(), packed.end()};
}

ReplicationResult replication_result_from(const std::string& bytes) {
  const json document = json::from_cbor(bytes);
  ReplicationResult result;
  for (const json& metric : document.at("metrics"))
    result.metrics.push_back({metric.at(0).get<std::string>(),
                              metric.at(1).get<bool>() ? Metric::Kind::count : Metric::Kind::estimate,
                              number_from(metric.at(2))});
  document.at("quantiles").get_to(result.latency_quantiles_s);
  document.at("windows").get_to(result.window_bytes);
  for (const json& offered : document.at("offered_loads"))
    result.offered_loads.push_back({offered.at(0).get<std::string>(), offered.at(1).get<double>()});
  for (const json& error : document.at("image_sampling"))
    result.image_sampling.push_back({error.at(0).get<std::string>(), error.at(1).get<double>()});
  document.at("requests").get_to(result.requests);
  document.at("loop_s").get_to(result.loop_s);
  document.at("setup_s").get_to(result.setup_s);
  document.at("write_s").get_to(result.write_s);
  return result;
}

}  // namespace offramp
