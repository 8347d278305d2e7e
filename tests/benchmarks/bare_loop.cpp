#include <simgrid/engine.h>

#include <array>
#include <cmath>
#include <deque>
#include <string>
#include <vector>

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "sim/platform/simgrid_release.hpp"
#include "tests/benchmarks/fleet.hpp"

namespace offramp::benchmark {
namespace {
namespace sg = simgrid::s4u;
using simgrid::kernel::timer::Timer;

enum Kind : std::uint32_t { kArrival, kSend, kAtCloud, kServed, kAnswered };

struct Event {
  double at_s;
  std::uint32_t order;
  std::uint32_t what;  ///< kind in the lowest three bits, subject above

  bool before(const Event& other) const {
    return at_s != other.at_s ? at_s < other.at_s : static_cast<std::int32_t>(order - other.order) < 0;
  }
};

/// An implicit heap with four children a node.
class Heap {
 public:
  bool empty() const { return events_.empty(); }
  const Event& top() const { return events_.front(); }

  void push(const Event& event) {
    events_.push_back(event);
    std::size_t hole = events_.size() - 1;
    while (hole > 0 && event.before(events_[(hole - 1) / 4])) {
      events_[hole] = events_[(hole - 1) / 4];
      hole = (hole - 1) / 4;
    }
    events_[hole] = event;
  }

  /// The first event becomes another, later one: one way down instead of a pop and a push.
  void replace_top(const Event& event) { sink(event); }

  void pop() {
    const Event last = events_.back();
    events_.pop_back();
    if (!events_.empty()) sink(last);
  }

 private:
  void sink(const Event& event) {
    const std::size_t size = events_.size();
    std::size_t hole = 0;
    for (;;) {
      const std::size_t first = 4 * hole + 1;
      if (first >= size) break;
      const std::size_t end = std::min(first + 4, size);
      std::size_t least = first;
      for (std::size_t child = first + 1; child < end; ++child)
        if (events_[child].before(events_[least])) least = child;
      if (!events_[least].before(event)) break;
      events_[hole] = events_[least];
      hole = least;
    }
    events_[hole] = event;
  }

  std::vector<Event> events_;
};

/// The best pattern found for SimGrid: no actors, an own event heap behind one kernel timer, links without
/// latency, all latency and compute in events, a local exit is one event, an access link that cannot limit is
/// folded. Only uploads and replies are activities.
class BareLoop {
 public:
  explicit BareLoop(const Fleet& fleet)
      : fleet_(fleet),
        horizon_s_(fleet.duration_s()),
        devices_(fleet.devices),
        idle_servers_(fleet.servers()) {
    sg::NetZone* star = simgrid_release::star_zone("network");
    cloud_ = add_host(star, "cloud", {}, {});
    const double uplink = fleet.uplink_bytes_per_s();
    std::vector<sg::LinkInRoute> up;
    std::vector<sg::LinkInRoute> down;
    std::vector<sg::Host*> gateways;
    for (std::size_t g = 0; g < fleet.gateways(); ++g) {
      up.push_back(add_link(star, "up" + std::to_string(g), uplink));
      down.push_back(add_link(star, "down" + std::to_string(g), uplink));
      gateways.push_back(add_host(star, "gateway" + std::to_string(g), {up[g]}, {down[g]}));
    }
    for (std::size_t d = 0; d < devices_.size(); ++d) {
      const std::size_t g = d % fleet.gateways();
      devices_[d].host = gateways[g];
      devices_[d].random = (0x9E3779B97F4A7C15ULL * (d + 1)) | 1;
      if (!fleet.access_limits()) continue;
      const auto access_up = add_link(star, "access_up" + std::to_string(d), fleet.access_bytes_per_s);
      const auto access_down = add_link(star, "access_down" + std::to_string(d), fleet.access_bytes_per_s);
      devices_[d].host =
          add_host(star, "device" + std::to_string(d), {access_up, up[g]}, {down[g], access_down});
    }
    star->seal();
    simgrid_release::on_transfer_end([this](const sg::Comm& comm) { finished(*comm.get_data<Request>()); });
  }

  LoopCost run(sg::Engine& engine) {
    simgrid_release::actor("horizon", cloud_, [this] { sg::this_actor::sleep_until(horizon_s_); });
    for (std::uint32_t d = 0; d < devices_.size(); ++d) push(gap_s(devices_[d]), kArrival, d);
    arm();
    const LoopClock clock;
    engine.run_until(horizon_s_);
    return {static_cast<double>(requests_made_), static_cast<double>(offloaded_), clock.loop_s(),
            peak_rss_bytes()};
  }

 private:
  struct Device {
    double free_at_s = 0;
    std::uint64_t random = 1;
    sg::Host* host = nullptr;
  };
  struct Request {
    sg::CommPtr comm;
    std::uint32_t device = 0;
    std::uint32_t number = 0;
    bool up = true;
  };

  static sg::LinkInRoute add_link(sg::NetZone* zone, const std::string& name, double bytes_per_s) {
    return sg::LinkInRoute(simgrid_release::link(zone, name, bytes_per_s)->set_latency(0)->seal());
  }
  static sg::Host* add_host(sg::NetZone* zone, const std::string& name,
                            const std::vector<sg::LinkInRoute>& up,
                            const std::vector<sg::LinkInRoute>& down) {
    sg::Host* host = simgrid_release::host(zone, name, 1)->seal();
    simgrid_release::route(zone, host, nullptr, up);
    simgrid_release::route(zone, nullptr, host, down);
    return host;
  }

  /// Uniform in (0, 1): xorshift64*.
  static double uniform(Device& device) {
    std::uint64_t x = device.random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    device.random = x;
    return (static_cast<double>((x * 0x2545F4914F6CDD1DULL) >> 11) + 0.5) * 0x1p-53;
  }
  double gap_s(Device& device) const { return -std::log(uniform(device)) / fleet_.rate_per_s; }

  void push(double at_s, Kind kind, std::uint32_t subject) {
    heap_.push({at_s, order_++, subject << 3 | kind});
  }

  void arm() {
    if (heap_.empty()) return;
    const double head_s = std::max(heap_.top().at_s, simgrid_get_clock());
    if (timer_ != nullptr) {
      if (armed_for_s_ <= head_s) return;
      timer_->remove();
    }
    armed_for_s_ = head_s;
    timer_ = Timer::set(head_s, [this] { run_due(); });
  }

  void run_due() {
    timer_ = nullptr;
    ended_.clear();
    while (!heap_.empty() && heap_.top().at_s <= armed_for_s_) {
      const Event event = heap_.top();
      const std::uint32_t subject = event.what >> 3;
      if ((event.what & 7) == kArrival) {
        arrive(subject, event.at_s);
        continue;
      }
      heap_.pop();
      now_s_ = event.at_s;
      switch (event.what & 7) {
        case kSend:
          start_flow(subject, true);
          break;
        case kAtCloud:
          serve(subject);
          break;
        case kServed:
          start_flow(subject, false);
          if (waiting_.empty()) {
            ++idle_servers_;
          } else {
            push(now_s_ + fleet_.cloud_s, kServed, waiting_.front());
            waiting_.pop_front();
          }
          break;
        default:
          free_.push_back(subject);
      }
    }
    arm();
  }

  void arrive(std::uint32_t d, double now_s) {
    Device& device = devices_[d];
    ++requests_made_;
    heap_.replace_top({now_s + gap_s(device), order_++, d << 3 | kArrival});
    device.free_at_s = std::max(now_s, device.free_at_s) + fleet_.device_s;
    if (uniform(device) >= fleet_.offloaded) return;
    ++offloaded_;
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(requests_.size()));
      requests_.emplace_back().number = free_.back();
    }
    const std::uint32_t r = free_.back();
    free_.pop_back();
    requests_[r].device = d;
    push(device.free_at_s, kSend, r);
  }

  void serve(std::uint32_t r) {
    if (idle_servers_ > 0) {
      --idle_servers_;
      push(now_s_ + fleet_.cloud_s, kServed, r);
    } else {
      waiting_.push_back(r);
    }
  }

  void start_flow(std::uint32_t r, bool up) {
    Request& request = requests_[r];
    request.up = up;
    sg::Host* host = devices_[request.device].host;
    request.comm = up ? sg::Comm::sendto_init(host, cloud_) : sg::Comm::sendto_init(cloud_, host);
    request.comm->set_data(&request);
    request.comm->set_payload_size(up ? fleet_.upload_wire_bytes() : fleet_.answer_wire_bytes());
    simgrid_release::start(*request.comm);
  }

  void finished(Request& request) {
    ended_.push_back(std::move(request.comm));  // the kernel still uses it
    const double latency_s = fleet_.access_latency_s + fleet_.uplink_latency_s;
    push(simgrid_get_clock() + latency_s, request.up ? kAtCloud : kAnswered, request.number);
    arm();
  }

  const Fleet& fleet_;
  double horizon_s_;
  sg::Host* cloud_ = nullptr;
  std::vector<Device> devices_;
  std::deque<Request> requests_;
  std::vector<std::uint32_t> free_;
  std::vector<sg::CommPtr> ended_;
  std::size_t idle_servers_;
  std::deque<std::uint32_t> waiting_;
  Heap heap_;
  std::uint32_t order_ = 0;
  Timer* timer_ = nullptr;
  double armed_for_s_ = 0;
  double now_s_ = 0;
  std::uint64_t requests_made_ = 0;
  std::uint64_t offloaded_ = 0;
};

}  // namespace

LoopCost run_bare_loop(const Fleet& fleet) {
  std::array<char, 5> program{"bare"};
  std::array<char, 32> quiet{"--log=xbt_cfg.thresh:warning"};
  std::array<char*, 3> arguments{program.data(), quiet.data(), nullptr};
  int count = 2;
  auto& engine = *new sg::Engine(&count, arguments.data());  // ends with the process
  for (const char* setting : {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:0",
                              "surf/precision:1e-9", "maxmin/precision:1e-9"})
    sg::Engine::set_config(setting);
  return (new BareLoop(fleet))->run(engine);  // with transfers under way
}

}  // namespace offramp::benchmark
