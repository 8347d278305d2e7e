#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/record/recorder.hpp"
#include "sim/simulation/adaptation.hpp"
#include "sim/simulation/device_spreads.hpp"
#include "sim/simulation/device_stations.hpp"
#include "sim/simulation/event_queue.hpp"
#include "sim/simulation/frame_source.hpp"
#include "sim/simulation/outages.hpp"
#include "sim/simulation/request_pool.hpp"
#include "sim/simulation/server_stations.hpp"
#include "sim/simulation/tier_plan.hpp"
#include "sim/simulation/transport.hpp"
#include "sim/workload/request_source.hpp"

namespace offramp {

/// The way of a request, each step a function, in the order in which it happens:
///
///     arrive -> work on the device -> answered there, or passed on:
///     send up -> receive and decode -> queue and compute on the next tier -> answered there, or passed on,
///     ... send down, tier by tier -> answered
///
/// A device that crashes loses every frame that it holds or waits for, and what arrives until it is back.
/// A device whose answer does not come in time falls back: it answers itself. What is under way goes on.
/// A device that adapts chooses the route of a frame when it arrives (Adaptation).
///
/// A route has as many tiers as its plan: device and cloud, or with a gateway that computes three. Between
/// tiers t and t + 1 lies the plan's hop t, which names the leg of the network.
class RequestLife final : private EventHandler,
                          private TransportListener,
                          private ServiceListener,
                          private OutageListener {
 public:
  RequestLife(const Scenario& scenario, const std::vector<RoutePlan>& routes,
              const std::vector<std::uint32_t>& device_groups, const NetworkPlatform& platform,
              std::uint64_t replication, EventQueue& events, Recorder& recorder);

  /// Schedules every device's first arrival before the horizon.
  void begin();
  /// At the horizon: what is under way is recorded as in flight, its bytes and work up to now counted.
  void end();
  /// [route]: the share of its group's measured frames that took it; empty when no group adapts.
  std::vector<double> route_shares() const;

 private:
  enum Event : std::uint32_t { kArrival, kEncoded, kDecoded, kTimeout, kAnswerRelayed, kAnswerSeen };

  struct Source {
    RequestSource requests;
    std::uint32_t group = 0;
  };

  void on_event(std::uint32_t kind, std::uint32_t subject) override;
  void prefetch(std::uint32_t kind, std::uint32_t subject) const override;

  void schedule_arrival(std::uint32_t device);
  void arrive(std::uint32_t device);
  void work_on_device(RequestRecord& request);
  void answer_on_device(RequestRecord& request);
  void pass_on_from_device(RequestRecord& request);
  void send_up(std::uint32_t request);
  void on_sent_up(std::uint32_t request) override;
  void on_arriving_up(std::uint32_t request, double arrives_s) override;
  void queue_at_station(std::uint32_t request);
  void on_served(std::uint32_t request) override;
  void send_down(std::uint32_t request);
  void on_arriving_down(std::uint32_t request, double arrives_s) override;
  void on_lost(std::uint32_t request) override;
  void on_down(OutageSpec::What what, std::uint32_t target) override;
  void end_request(std::uint32_t request, Outcome outcome);

  void start_timeout(std::uint32_t request);
  void on_timeout(std::uint32_t request);
  void on_answer_seen(std::uint32_t request);
  void fall_back(RequestRecord& request);

  /// Sets what will travel from this tier to the next.
  void load_message(RequestRecord& request, std::size_t tier) const;
  void set_answer(RequestRecord& request, std::size_t tier) const;
  /// How a request ended for its device; when that lies behind the horizon, it is in flight.
  void settle(RequestRecord& request, Outcome outcome) const;
  /// Whether a crash of its device, by a moment, has done away with a request.
  bool crashed(const RequestRecord& request, double by_s) const;
  static void lose(RequestRecord& request);
  /// Time of the device's processor for a request, up to a crash.
  void add_busy(const RequestRecord& request, const DeviceStations::Work& work);
  /// Records a request and forgets it, once neither its way nor its timeout needs it.
  void let_go(std::uint32_t request);
  /// When its device stops waiting for an answer; infinity without a timeout.
  double due_s(const RequestRecord& request) const;

  const RoutePlan& route_of(const RequestRecord& request) const { return routes_[request.route]; }
  /// What a device sees on arrival of a frame that takes this route.
  std::uint32_t image_for(std::uint32_t device, std::uint32_t route);
  /// The route that a frame of this device takes now.
  std::uint32_t route_now(std::uint32_t device, std::uint32_t group);

  const Scenario& scenario_;
  const std::vector<RoutePlan>& routes_;
  /// Of each group: its own where it always takes that one; else its night's, or one that it adapts with.
  std::vector<std::uint32_t> other_routes_;
  EventQueue& events_;
  Recorder& recorder_;
  double horizon_s_;
  std::uint64_t next_id_ = 0;
  std::vector<Source> sources_;          ///< one a device
  std::unique_ptr<FrameSource> frames_;  ///< null when every group's images are drawn
  RequestPool requests_;
  DeviceStations devices_;
  std::unique_ptr<Adaptation> adaptation_;  ///< null when no group adapts
  Outages outages_;
  DeviceSpreads device_spreads_;
  Transport transport_;
  ServerStations stations_;
};

}  // namespace offramp
