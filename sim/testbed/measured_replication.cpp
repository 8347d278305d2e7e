#include "sim/testbed/measured_replication.hpp"

#include <algorithm>
#include <cmath>

#include "sim/platform/message_size.hpp"
#include "sim/record/recorder.hpp"
#include "sim/simulation/image_sampling.hpp"
#include "sim/simulation/offered_load.hpp"
#include "sim/testbed/plan_order.hpp"

namespace offramp {
namespace {

std::size_t most_exits(const Scenario& scenario) {
  std::size_t exits = 0;
  for (const DeviceGroup& group : scenario.devices) exits = std::max(exits, group.model.num_exits);
  return exits;
}

RequestRecord record_of(const WorkOrder::Request& asked, std::uint32_t group, const RoutePlan& route,
                        const DeviceReport::Frame& frame, const CloudReport::Task& task) {
  RequestRecord record;
  record.id = asked.id;
  record.group = record.route = group;
  record.device = asked.device;
  record.image = asked.image;
  record.arrival_s = asked.arrival_s;
  TierStamps& device = record.tiers[0];
  device.received_s = device.decoded_s = asked.arrival_s;
  device.started_s = frame.started_s;
  device.computed_s = frame.computed_s;
  if (frame.offered) {
    device.encoded_s = frame.encoded_s;
    record.payload_bytes = record.access_payload_bytes = frame.payload_bytes;
    record.message_bytes = record.access_message_bytes =
        static_cast<std::uint32_t>(message_bytes(frame.payload_bytes));
    record.wire_bytes = record.access_wire_bytes =
        static_cast<std::uint32_t>(wire_bytes(record.message_bytes));
    record.sent_image = route.hops.front().sends_image;
    record.tiers[1] = {task.received_s, task.decoded_s, task.started_s, task.computed_s, kNotPassed};
  }
  if (frame.dropped || task.dropped) record.outcome = Outcome::dropped;
  if (!std::isnan(frame.answered_s)) {
    record.outcome = Outcome::completed;
    record.answered_s = frame.answered_s;
    record.exit = static_cast<std::int8_t>(frame.exit);
    record.answered_by = frame.offered ? 1 : 0;
  }
  return record;
}

}  // namespace

Replication measured_replication(const Scenario& scenario, const std::vector<RoutePlan>& routes,
                                 const std::map<std::string, ExitProfile>& profiles, const WorkOrder& order,
                                 const Measurement& measured) {
  Recorder recorder(scenario, most_exits(scenario));
  recorder.set_answer_wire_bytes(wire_bytes(message_bytes(order.answer_bytes)));
  const std::vector<std::uint32_t> groups = groups_of_devices(scenario);
  for (std::size_t i = 0; i < order.requests.size(); ++i) {
    const WorkOrder::Request& asked = order.requests[i];
    const std::uint32_t group = groups[asked.device];
    const DeviceReport::Frame& frame = measured.devices.frames[i];
    RequestRecord record = record_of(asked, group, routes[group], frame, measured.cloud.tasks[i]);
    const auto& labels = profiles.at(scenario.devices[group].model.directory.string()).set("test").labels;
    record.correct = record.outcome == Outcome::completed && frame.named_class == labels[asked.image];
    if (!std::isnan(frame.started_s)) {
      const double end_s = frame.offered ? frame.encoded_s : frame.computed_s;
      recorder.busy_devices(group).add(frame.started_s, std::isnan(end_s) ? order.horizon_s : end_s);
    }
    if (measured.uplink.empty() && record.wire_bytes > 0 && !std::isnan(record.tiers[1].received_s))
      recorder.uplink().add(asked.device, record.tiers[0].encoded_s, record.tiers[1].received_s,
                            record.wire_bytes);
    recorder.record(record);
  }
  for (const CloudReport::Batch& batch : measured.cloud.batches)
    recorder.busy_servers().add(batch.started_s,
                                std::isnan(batch.computed_s) ? order.horizon_s : batch.computed_s);
  // The relay sees packets, not whose they are: they count as those of something above the devices.
  for (const Transmission& sent : measured.uplink)
    recorder.uplink().add(groups.size(), sent.from_s, sent.to_s, sent.bytes);
  Replication done{recorder.result(), recorder.take_requests()};
  done.result.offered_loads = offered_loads(scenario, routes, groups);
  done.result.image_sampling = image_sampling_errors({scenario, routes});
  return done;
}

Punctuality punctuality_of(const Measurement& measured, const WorkOrder& order) {
  double latency_s = 0;
  for (const DeviceReport::Frame& frame : measured.devices.frames)
    if (!std::isnan(frame.answered_s))
      latency_s += frame.answered_s - order.requests[frame.request].arrival_s;
  const Lateness& edge = measured.devices.late;
  const Lateness& cloud = measured.cloud.late;
  Punctuality found;
  if (latency_s > 0) found.late_share = (edge.total_s + cloud.total_s) / latency_s;
  found.worst_s = std::max(edge.worst_s, cloud.worst_s);
  found.relay_worst_s = measured.relay_worst_lateness_s;
  found.overruns = edge.overruns + cloud.overruns;
  return found;
}

}  // namespace offramp
