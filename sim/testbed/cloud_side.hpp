#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <vector>

#include "sim/testbed/event_loop.hpp"
#include "sim/testbed/message_socket.hpp"
#include "sim/testbed/real_work.hpp"
#include "sim/testbed/work_order.hpp"
#include "sim/testbed/work_thread.hpp"

namespace offramp {

/// The cloud of a testbed: takes requests over TCP, decodes them at once, lets them wait in the line of their
/// route, works on them in batches with so many servers (as ServerStation does in the simulation), and
/// answers over the connection that a request came by. Decoding and batches end when what the cloud stands
/// for would have been done. Whoever sends something else is cut off and counted; the others go on.
class CloudSide {
 public:
  /// @param listener  as of listen_on
  CloudSide(const WorkOrder& order, CloudWork& work, FileDescriptor listener);

  /// @param start_s  of CLOCK_MONOTONIC: second 0 of the order
  CloudReport run(double start_s);

 private:
  struct Peer {
    std::unique_ptr<MessageSocket> socket;
    bool gone = false;
  };
  struct Task {
    std::uint32_t request = 0;
    double due_s = 0;  ///< decoded as planned; then it waits for at most batch_wait_s for company
    std::weak_ptr<Peer> from;
    CloudWork::Feature feature;
  };
  using Batch = std::vector<Task>;

  void accept();
  void cut_off(const std::shared_ptr<Peer>& peer, std::string_view why, bool refused);
  void on_request(const std::shared_ptr<Peer>& peer, const Message& message, double received_s);
  void on_decoded(const std::shared_ptr<Task>& task);
  void enqueue(Task task);
  void dispatch(double now_s);
  std::deque<Task>* ready_line(double now_s);
  void start_batch(std::uint16_t route, double now_s);
  void finish_batch(const Batch& batch, const std::vector<Answer>& answers, std::size_t number, double due_s);
  double since_start_s() const;

  const WorkOrder& order_;
  CloudWork& work_;
  double start_s_ = 0;
  FileDescriptor listener_;
  EventLoop loop_;
  std::list<std::shared_ptr<Peer>> peers_;
  std::vector<std::deque<Task>> lines_;  ///< [route]
  std::size_t waiting_ = 0;
  std::size_t idle_servers_;
  std::vector<bool> seen_;  ///< [request]
  CloudReport report_;
  std::unique_ptr<WorkThread> worker_;
};

}  // namespace offramp
