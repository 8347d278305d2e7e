#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation/event_queue.hpp"

namespace offramp {

/// Told when something fails and when it is back. Called from events.
class OutageListener {
 public:
  virtual void on_down(OutageSpec::What what, std::uint32_t target) = 0;
  virtual void on_up(OutageSpec::What /*what*/, std::uint32_t /*target*/) {}

 protected:
  ~OutageListener() = default;
};

/// What is up and what is down: uplinks by gateway, access links and devices by device. Outages of several
/// entries of the scenario may overlap; a thing is up when none of them has it down.
///
/// At random, times between failures and to repair are exponential, each entry and target with a stream of
/// its own; the process is in its steady state from the start (down with probability mttr / (mtbf + mttr)).
class Outages final : private EventHandler {
 public:
  using What = OutageSpec::What;
  static constexpr std::size_t kKinds = 3;

  /// @param recorder  told how long things were down
  Outages(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
          std::uint64_t replication, EventQueue& events, Recorder& recorder);

  /// Whether anything of this kind can fail; nothing is kept of kinds that cannot.
  bool has(What what) const { return !kind(what).targets.empty(); }
  bool is_up(What what, std::uint32_t target) const {
    return !has(what) || kind(what).targets[target].down == 0;
  }
  /// When it fails next, which is known in advance; now or before when it is down; infinity when never.
  double next_failure_s(What what, std::uint32_t target) const { return kind(what).targets[target].fails_s; }
  /// When it failed last; minus infinity when never.
  double last_failure_s(What what, std::uint32_t target) const { return kind(what).targets[target].failed_s; }

  void tell(OutageListener& listener) { listeners_.push_back(&listener); }
  /// Schedules the first changes.
  void begin();
  /// At the horizon: what is down now has been down up to then.
  void end(double horizon_s);

 private:
  /// An entry of the scenario at one of its targets.
  struct Source {
    const OutageSpec* spec;
    std::uint32_t target;
    bool down;
    double changes_s;
    RandomEngine random;
  };
  struct Target {
    std::uint32_t down = 0;  ///< sources that have it down
    double failed_s;
    double fails_s;
  };
  struct Kind {
    std::vector<Target> targets;
    std::vector<std::vector<std::uint32_t>> sources;  ///< of each target
  };

  void on_event(std::uint32_t event, std::uint32_t source) override;
  void add_source(const OutageSpec& spec, std::uint32_t target, RandomEngine random);
  void add_downtime(What what, std::uint32_t target, double to_s);
  void foresee(Kind& kind, std::uint32_t target);
  Kind& kind(What what) { return kinds_[static_cast<std::size_t>(what)]; }
  const Kind& kind(What what) const { return kinds_[static_cast<std::size_t>(what)]; }

  EventQueue& events_;
  const std::vector<std::uint32_t>& device_groups_;
  Recorder& recorder_;
  std::vector<OutageListener*> listeners_;
  std::vector<Source> sources_;
  std::array<Kind, kKinds> kinds_;
};

}  // namespace offramp
