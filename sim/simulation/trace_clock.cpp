#include "sim/simulation/trace_clock.hpp"

#include <algorithm>

namespace offramp {

TraceClock::TraceClock(const NetworkPlatform& platform, EventQueue& events)
    : platform_(platform), events_(events) {
  for (const auto& link : platform.trace_links()) links_.push_back({link.get()});
}

void TraceClock::flow_begins(std::uint32_t device, bool up) {
  const std::uint32_t index = platform_.trace_link(device, up);
  if (index == NetworkPlatform::kNoTrace) return;
  State& state = links_[index];
  ++state.flows;
  if (state.ticking) return;
  state.window = state.link->rates().window_at(events_.now_s() * 1e3 + state.link->offset_ms());
  state.link->set_rate(state.link->rates().bytes_per_s(state.window));
  schedule_change(index);
}

void TraceClock::flow_ends(std::uint32_t device, bool up) {
  const std::uint32_t index = platform_.trace_link(device, up);
  if (index != NetworkPlatform::kNoTrace) --links_[index].flows;
}

void TraceClock::schedule_change(std::uint32_t index) {
  State& state = links_[index];
  const TraceRates& rates = state.link->rates();
  const std::uint64_t next = rates.next_change(state.window);
  state.ticking = next != state.window;
  if (!state.ticking) return;
  state.window = next;
  const double at_s = (rates.start_ms(next) - state.link->offset_ms()) * 1e-3;
  events_.schedule(std::max(at_s, events_.now_s()), *this, 0, index);
}

void TraceClock::on_event(std::uint32_t, std::uint32_t index) {
  State& state = links_[index];
  state.ticking = false;
  if (state.flows == 0) return;
  state.link->set_rate(state.link->rates().bytes_per_s(state.window));
  schedule_change(index);
}

}  // namespace offramp
