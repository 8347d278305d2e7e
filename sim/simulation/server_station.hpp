#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/record/energy_meter.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/request_pool.hpp"

namespace offramp {

/// Told when a server has done its part of a request.
class ServiceListener {
 public:
  virtual void on_served(std::uint32_t request) = 0;

 protected:
  ~ServiceListener() = default;
};

/// The processors of a tier above the devices: a bounded number of servers behind one queue, first come,
/// first served, in batches. Requests of one line can share a batch (one network, one split: mostly those
/// of one route); a batch leaves when it is full or when its first request has waited for
/// CloudSpec::batch_wait_s and a server is free.
class ServerStation final : private EventHandler {
 public:
  /// Time that a server takes for a batch of requests of one line.
  using BatchTime = std::function<double(const std::vector<std::uint32_t>& requests)>;

  /// Stamps each request's tier, LiveRequest::tier.
  /// @param line_of_route  which line requests of a route wait in
  ServerStation(const CloudSpec& spec, std::vector<std::uint32_t> line_of_route, EventQueue& events,
                RequestPool& requests, BusyMeter& busy_servers, BatchTime batch_time_s,
                ServiceListener& listener);

  /// @return false when the queue is full; the request is then not taken
  bool enqueue(std::uint32_t request);

  /// At the horizon: gives the meter the time that batches under way have taken.
  void account_unfinished(double horizon_s);

 private:
  enum Event : std::uint32_t { kBatchDone, kBatchDue };

  struct Line {
    RequestQueue requests;
    std::size_t length = 0;
    double due_event_s = -1;  ///< when the line's head was promised to be looked at again
  };
  struct Server {
    bool busy = false;
    double started_s = 0;
    std::vector<std::uint32_t> batch;
  };

  void on_event(std::uint32_t kind, std::uint32_t subject) override;
  void dispatch();
  Line* ready_line(double now_s);
  void start_batch(std::uint32_t server, Line& line);
  void finish_batch(std::uint32_t server);
  double due_s(const Line& line);
  TierStamps& stamps_of(std::uint32_t request);

  const CloudSpec& spec_;
  EventQueue& events_;
  RequestPool& requests_;
  BusyMeter& busy_servers_;
  BatchTime batch_time_s_;
  ServiceListener& listener_;
  std::vector<std::uint32_t> line_of_route_;
  std::vector<Line> lines_;
  std::size_t waiting_ = 0;
  std::vector<Server> servers_;
  std::vector<std::uint32_t> idle_;
};

}  // namespace offramp
