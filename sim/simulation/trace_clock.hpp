#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/platform/network_platform.hpp"
#include "sim/simulation/event_queue.hpp"

namespace offramp {

/// Moves the capacities of links along their traces, while flows cross them: a link at rest costs nothing.
class TraceClock final : private EventHandler {
 public:
  TraceClock(const NetworkPlatform& platform, EventQueue& events);

  /// Whether any link follows a trace; without, nobody needs to call the others.
  bool runs() const { return !links_.empty(); }
  /// Just before a flow of this device begins.
  void flow_begins(std::uint32_t device, bool up);
  void flow_ends(std::uint32_t device, bool up);

 private:
  struct State {
    TraceLink* link = nullptr;
    std::uint64_t window = 0;
    std::uint32_t flows = 0;
    bool ticking = false;  ///< an event for the next change is scheduled
  };

  void on_event(std::uint32_t kind, std::uint32_t link) override;
  void schedule_change(std::uint32_t link);

  const NetworkPlatform& platform_;
  EventQueue& events_;
  std::vector<State> links_;
};

}  // namespace offramp
