#include "sim/testbed/work_order.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

namespace offramp {

using Json = nlohmann::json;

// JSON has no NaN: null stands for it.
static Json stamp(double seconds) { return std::isnan(seconds) ? Json() : Json(seconds); }
static double stamp_from(const Json& json) { return json.is_null() ? kNotReached : json.get<double>(); }

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ExitRule, rule, thresholds, exit, patience)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkOrder::Route, model_directory, rule, temperatures, num_exits,
                                   num_classes, has_routers, last_device_exit, offloads, codec, encode_s,
                                   decode_s, device_stage_s, cloud_stage_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkOrder::Device, route, queue_limit, address)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkOrder::Request, id, device, image, arrival_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkOrder::Cloud, servers, batch_max, batch_wait_s, queue_limit, host)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkOrder, routes, devices, requests, cloud, answer_bytes, reuse, shaped,
                                   horizon_s)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Lateness, total_s, worst_s, overruns)

static void to_json(Json& json, const DeviceReport::Frame& f) {
  json = {f.request,          f.dropped,          f.offered,          f.exit,
          f.named_class,      f.payload_bytes,    stamp(f.started_s), stamp(f.computed_s),
          stamp(f.encoded_s), stamp(f.answered_s)};
}
static void from_json(const Json& json, DeviceReport::Frame& f) {
  f = {json.at(0),
       json.at(1),
       json.at(2),
       json.at(3),
       json.at(4),
       json.at(5),
       stamp_from(json.at(6)),
       stamp_from(json.at(7)),
       stamp_from(json.at(8)),
       stamp_from(json.at(9))};
}
static void to_json(Json& json, const CloudReport::Task& t) {
  json = {t.request,          t.dropped,          t.exit, stamp(t.received_s), stamp(t.decoded_s),
          stamp(t.started_s), stamp(t.computed_s)};
}
static void from_json(const Json& json, CloudReport::Task& t) {
  t = {json.at(0),
       json.at(1),
       json.at(2),
       stamp_from(json.at(3)),
       stamp_from(json.at(4)),
       stamp_from(json.at(5)),
       stamp_from(json.at(6))};
}
static void to_json(Json& json, const CloudReport::Batch& b) {
  json = {stamp(b.started_s), stamp(b.computed_s)};
}
static void from_json(const Json& json, CloudReport::Batch& b) {
  b = {stamp_from(json.at(0)), stamp_from(json.at(1))};
}
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(DeviceReport, frames, late)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CloudReport, tasks, batches, late, refused, last_refusal)

namespace {

template <class Type>
Type parsed(const std::string& json) {
  try {
    return Json::parse(json).get<Type>();
  } catch (const Json::exception& error) {
    throw std::runtime_error(std::string("what the processes of a testbed tell each other: ") + error.what());
  }
}

}  // namespace

std::string to_json(const WorkOrder& order) { return Json(order).dump(); }
std::string to_json(const DeviceReport& report) { return Json(report).dump(); }
std::string to_json(const CloudReport& report) { return Json(report).dump(); }
WorkOrder work_order_from(const std::string& json) { return parsed<WorkOrder>(json); }
DeviceReport device_report_from(const std::string& json) { return parsed<DeviceReport>(json); }
CloudReport cloud_report_from(const std::string& json) { return parsed<CloudReport>(json); }

double device_compute_s(const WorkOrder::Route& route, int exit) {
  const auto stages = exit < 0 ? route.device_stage_s.size() : static_cast<std::size_t>(exit) + 1;
  return std::accumulate(route.device_stage_s.begin(),
                         route.device_stage_s.begin() + static_cast<std::ptrdiff_t>(stages), 0.0);
}

double cloud_compute_s(const WorkOrder::Route& route, const std::vector<int>& exits) {
  double seconds = 0;
  for (std::size_t stage = 0; stage < route.cloud_stage_s.size(); ++stage) {
    const int exit = route.last_device_exit + 1 + static_cast<int>(stage);
    const auto running =
        static_cast<std::size_t>(std::count_if(exits.begin(), exits.end(), [&](int e) { return e >= exit; }));
    if (running == 0) break;
    seconds += route.cloud_stage_s[stage][running - 1];
  }
  return seconds;
}

}  // namespace offramp
