#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "sim/testbed/event_loop.hpp"
#include "sim/testbed/message_socket.hpp"
#include "sim/testbed/real_work.hpp"
#include "sim/testbed/work_order.hpp"
#include "sim/testbed/work_thread.hpp"

namespace offramp {

/// All devices of a testbed in one process. A frame arrives when the order says so, waits for its device's
/// earlier ones, and the device's part of the network runs on it; what it decided is held back until the
/// device that it stands for would have been done (WorkOrder::Route), and then it is answered, or sent to the
/// cloud over the device's own connection. A late frame does not make the next one start later.
class DeviceSide {
 public:
  DeviceSide(const WorkOrder& order, EdgeWork& work, const SocketAddress& cloud);

  /// @param start_s  of CLOCK_MONOTONIC: second 0 of the order
  /// @throws std::runtime_error when a connection breaks
  DeviceReport run(double start_s);

 private:
  struct Device {
    std::deque<std::uint32_t> waiting;  ///< requests
    bool busy = false;
    double free_at_s = 0;
    std::shared_ptr<MessageSocket> kept;  ///< with reuse
  };

  void arrive(std::uint32_t request);
  bool full(std::uint32_t device);
  void start_next(std::uint32_t device);
  void on_worked(std::uint32_t request, double planned_start_s, EdgeResult result);
  void finish(std::uint32_t request, const EdgeResult& result, double due_s);
  void send(std::uint32_t request, const std::vector<std::uint8_t>& payload);
  std::shared_ptr<MessageSocket> open(std::uint32_t device, std::uint32_t request);
  void on_answer(const Message& message, double received_s);
  double since_start_s() const;

  const WorkOrder& order_;
  EdgeWork& work_;
  SocketAddress cloud_;
  double start_s_ = 0;
  EventLoop loop_;
  std::vector<Device> devices_;
  std::map<std::uint32_t, std::shared_ptr<MessageSocket>> single_;  ///< without reuse: of each request
  DeviceReport report_;
  std::string broken_;
  std::unique_ptr<WorkThread> worker_;
};

}  // namespace offramp
