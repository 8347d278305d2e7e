#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace offramp {

/// Bytes on links: the only thing that is an activity of SimGrid. Flows are started outside actors,
/// never from within a completion (the kernel still uses the finished one).
///
/// A flow can be held: then nothing of it moves until it is let go again; what has been sent is sent.
class Flows {
 public:
  /// Told the subject of a flow whose last byte has left.
  using Listener = std::function<void(std::uint32_t subject)>;
  /// Told of every span of time in which bytes of a flow moved: from its start, or from when it was let go,
  /// to its end, or to when it was held.
  using Meter = std::function<void(std::uint32_t subject, double from_s, double to_s, double bytes)>;
  /// Asked before a flow begins whether its device's way is open; when not, the flow is held from the start.
  using Gate = std::function<bool(std::uint32_t flow, std::uint32_t device)>;

  Flows(Listener on_done, Meter meter);
  ~Flows();
  Flows(const Flows&) = delete;
  Flows& operator=(const Flows&) = delete;

  void set_gate(Gate gate) { gate_ = std::move(gate); }

  /// @param device  whose transfer it is
  /// @param bytes   at least 1
  /// @param now_s   the simulated time
  void start(simgrid::s4u::Host* from, simgrid::s4u::Host* to, std::uint32_t device, std::uint64_t bytes,
             std::uint32_t subject, double now_s);

  /// Not from a completion, these four. A flow's number is used again when it has ended.
  /// @return false when it was held already
  bool hold(std::uint32_t flow, double now_s);
  void let_go(std::uint32_t flow, double now_s);
  /// Ends without its listener being told. @return its subject
  std::uint32_t cancel(std::uint32_t flow, double now_s);
  /// Calls visit(flow, device) for every flow that has begun and not ended, held or not.
  void for_each(const std::function<void(std::uint32_t flow, std::uint32_t device)>& visit) const;

  std::uint32_t device(std::uint32_t flow) const;
  /// Differs between the flows that have had this number.
  std::uint32_t generation(std::uint32_t flow) const;

  /// At the horizon: tells the meter what flows under way have sent.
  void account_unfinished(double horizon_s) const;

 private:
  struct Flow;
  void launch(Flow& flow, double now_s);
  bool stop(Flow& flow, double now_s);
  void release(Flow& flow);
  void finished(Flow& flow);

  Listener on_done_;
  Meter meter_;
  Gate gate_;
  std::deque<Flow> flows_;
  std::vector<Flow*> free_;
  std::vector<simgrid::s4u::CommPtr> ended_;      ///< let go at the next start
  std::vector<simgrid::s4u::CommPtr> cancelled_;  ///< the kernel calls back once more, at that moment
  double cancelled_at_s_ = 0;
};

}  // namespace offramp
