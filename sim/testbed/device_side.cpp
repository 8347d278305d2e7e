#include "sim/testbed/device_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sim/testbed/monotonic.hpp"
#include "sim/testbed/priorities.hpp"

namespace offramp {

DeviceSide::DeviceSide(const WorkOrder& order, EdgeWork& work, const SocketAddress& cloud)
    : order_(order), work_(work), cloud_(cloud), devices_(order.devices.size()) {
  for (const WorkOrder::Request& request : order.requests) report_.frames.push_back({request.id});
}

double DeviceSide::since_start_s() const { return monotonic_s() - start_s_; }

DeviceReport DeviceSide::run(double start_s) {
  start_s_ = start_s;
  run_thread_first(kLoopPriority);
  worker_ = std::make_unique<WorkThread>([] { run_thread_first(kWorkPriority); });
  for (std::uint32_t request = 0; request < order_.requests.size(); ++request)
    loop_.at(start_s + order_.requests[request].arrival_s, [this, request] { arrive(request); });
  loop_.at(start_s + order_.horizon_s, [this] { loop_.stop(); });
  loop_.run();
  worker_.reset();
  if (!broken_.empty()) throw std::runtime_error(broken_);
  return std::move(report_);
}

/// A device holds a frame until it is answered there or its last byte is acknowledged.
bool DeviceSide::full(std::uint32_t device) {
  const Device& state = devices_[device];
  std::size_t held = state.waiting.size() + (state.busy ? 1 : 0);
  if (state.kept) held += state.kept->messages_under_way();
  for (const auto& [request, socket] : single_)
    if (order_.requests[request].device == device) held += socket->messages_under_way();
  return held >= order_.devices[device].queue_limit;
}

void DeviceSide::arrive(std::uint32_t request) {
  const WorkOrder::Request& frame = order_.requests[request];
  if (full(frame.device)) {
    report_.frames[request].dropped = true;
    return;
  }
  devices_[frame.device].waiting.push_back(request);
  if (!devices_[frame.device].busy) start_next(frame.device);
}

void DeviceSide::start_next(std::uint32_t device) {
  Device& state = devices_[device];
  if (state.waiting.empty()) return;
  const std::uint32_t request = state.waiting.front();
  state.waiting.pop_front();
  state.busy = true;
  const double planned_start_s = std::max(order_.requests[request].arrival_s, state.free_at_s);
  report_.frames[request].started_s = since_start_s();
  const WorkOrder::Request& frame = order_.requests[request];
  const WorkOrder::Route& route = order_.routes[order_.devices[frame.device].route];
  if (device_compute_s(route, -1) + route.encode_s < kShortWorkS)
    return on_worked(request, planned_start_s, work_.run(frame.device, frame.image));
  worker_->give([this, request, planned_start_s, &frame] {
    auto result = std::make_shared<EdgeResult>(work_.run(frame.device, frame.image));
    loop_.post([this, request, planned_start_s, result] {
      on_worked(request, planned_start_s, std::move(*result));
    });
  });
}

void DeviceSide::on_worked(std::uint32_t request, double planned_start_s, EdgeResult result) {
  const WorkOrder::Route& route = order_.routes[order_.devices[order_.requests[request].device].route];
  const double computed_s = planned_start_s + device_compute_s(route, result.exit);
  const double end_s = result.exit < 0 ? computed_s + route.encode_s : computed_s;
  if (since_start_s() > end_s) ++report_.late.overruns;
  if (result.exit < 0)
    loop_.at(start_s_ + computed_s,
             [this, request] { report_.frames[request].computed_s = since_start_s(); });
  loop_.at(start_s_ + end_s, [this, request, end_s, done = std::make_shared<EdgeResult>(std::move(result))] {
    finish(request, *done, end_s);
  });
}

void DeviceSide::finish(std::uint32_t request, const EdgeResult& result, double due_s) {
  const std::uint32_t device = order_.requests[request].device;
  DeviceReport::Frame& frame = report_.frames[request];
  const double now_s = since_start_s();
  report_.late.note(due_s, now_s);
  if (result.exit >= 0) {
    frame.computed_s = frame.answered_s = now_s;
    frame.exit = result.exit;
    frame.named_class = result.named_class;
  } else {
    frame.encoded_s = now_s;
    frame.offered = true;
    frame.payload_bytes = static_cast<std::uint32_t>(result.payload.size());
    send(request, result.payload);
  }
  devices_[device].busy = false;
  devices_[device].free_at_s = due_s;
  start_next(device);
}

void DeviceSide::send(std::uint32_t request, const std::vector<std::uint8_t>& payload) {
  const std::uint32_t device = order_.requests[request].device;
  std::shared_ptr<MessageSocket>& socket = order_.reuse ? devices_[device].kept : single_[request];
  if (!socket) socket = open(device, request);
  socket->send(encode_message({Message::Type::request, order_.devices[device].route, request, payload}));
}

std::shared_ptr<MessageSocket> DeviceSide::open(std::uint32_t device, std::uint32_t request) {
  MessageSocket::Handlers handlers;
  handlers.message = [this](const Message& message, double received_s) { on_answer(message, received_s); };
  handlers.closed = [this, device, request](std::string_view why, bool) {
    // Without reuse the cloud closes a connection whose request it has dropped.
    if (!order_.reuse) {
      loop_.post([this, request] { single_.erase(request); });
      return;
    }
    if (since_start_s() >= order_.horizon_s) return;  // the cloud was a little faster to end
    broken_ = fmt::format("the connection of device {} broke: {}", device, why);
    loop_.stop();
  };
  return std::make_shared<MessageSocket>(loop_, cloud_, order_.devices[device].address, order_.shaped,
                                         std::move(handlers));
}

void DeviceSide::on_answer(const Message& message, double received_s) {
  const std::optional<Answer> answer = decode_answer(message.payload);
  if (message.type != Message::Type::answer || message.request >= report_.frames.size() || !answer) {
    broken_ = "the cloud sent what is no answer";
    return loop_.stop();
  }
  DeviceReport::Frame& frame = report_.frames[message.request];
  frame.answered_s = received_s - start_s_;
  frame.exit = answer->exit;
  frame.named_class = answer->named_class;
  if (!order_.reuse)
    loop_.post([this, id = static_cast<std::uint32_t>(message.request)] { single_.erase(id); });
}

}  // namespace offramp
