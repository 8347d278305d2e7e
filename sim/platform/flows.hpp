#pragma once

#include <simgrid/forward.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace offramp {

/// Bytes on links: the only thing that is an activity of SimGrid. Flows are started outside actors,
/// never from within a completion (the kernel still uses the finished one).
class Flows {
 public:
  /// Told the subject of a flow whose last byte has left.
  using Listener = std::function<void(std::uint32_t subject)>;

  explicit Flows(Listener on_done);
  ~Flows();
  Flows(const Flows&) = delete;
  Flows& operator=(const Flows&) = delete;

  /// @param bytes  at least 1
  void start(simgrid::s4u::Host* from, simgrid::s4u::Host* to, std::uint64_t bytes, std::uint32_t subject);

  /// Calls visit(subject, bytes still to send) for every flow under way.
  void for_each_live(const std::function<void(std::uint32_t, double)>& visit) const;

 private:
  struct Flow;
  void finished(Flow& flow);

  Listener on_done_;
  std::deque<Flow> flows_;
  std::vector<Flow*> free_;
  std::vector<simgrid::s4u::CommPtr> ended_;  ///< let go at the next start
};

}  // namespace offramp
