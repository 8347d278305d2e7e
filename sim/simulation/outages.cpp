#include "sim/simulation/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <limits>

namespace offramp {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double exponential_s(RandomEngine& random, double mean_s) {
  return boost::random::exponential_distribution<double>(1 / mean_s)(random);
}

bool concerns(const OutageSpec& spec, std::uint32_t target, const std::vector<std::uint32_t>& device_groups) {
  if (spec.what == OutageSpec::What::uplink) return !spec.gateway || *spec.gateway == target;
  return (!spec.device || *spec.device == target) && (!spec.group || *spec.group == device_groups[target]);
}

}  // namespace

Outages::Outages(const Scenario& scenario, const std::vector<std::uint32_t>& device_groups,
                 std::uint64_t replication, EventQueue& events, Recorder& recorder)
    : events_(events), device_groups_(device_groups), recorder_(recorder) {
  std::array<std::size_t, kKinds> entries{};  // numbered by kind, so that another kind's leave streams alone
  for (const OutageSpec& spec : scenario.outages) {
    const std::size_t targets = spec.what == What::uplink ? scenario.network.gateways : device_groups.size();
    Kind& concerned = kind(spec.what);
    concerned.targets.resize(targets, Target{0, -kNever, kNever});
    concerned.sources.resize(targets);
    const std::string purpose = fmt::format("outages {} {}", static_cast<int>(spec.what),
                                            entries[static_cast<std::size_t>(spec.what)]++);
    for (std::uint32_t target = 0; target < targets; ++target)
      if (concerns(spec, target, device_groups))
        add_source(spec, target, random_stream(scenario.seed, replication, target, purpose));
  }
  for (Kind& each : kinds_)
    for (std::uint32_t target = 0; target < each.targets.size(); ++target) foresee(each, target);
}

void Outages::add_source(const OutageSpec& spec, std::uint32_t target, RandomEngine random) {
  double first_s = spec.from_s;
  if (spec.at_random()) {
    const double down_share = spec.mttr_s / (spec.mtbf_s + spec.mttr_s);
    const bool begins_down = boost::random::uniform_01<double>()(random) < down_share;
    first_s = begins_down ? 0 : exponential_s(random, spec.mtbf_s);
  }
  kind(spec.what).sources[target].push_back(static_cast<std::uint32_t>(sources_.size()));
  sources_.push_back({&spec, target, false, first_s, random});
}

void Outages::foresee(Kind& kind, std::uint32_t target) {
  double fails_s = kNever;
  for (const std::uint32_t source : kind.sources[target])
    fails_s =
        std::min(fails_s, sources_[source].down ? kind.targets[target].failed_s : sources_[source].changes_s);
  kind.targets[target].fails_s = fails_s;
}

void Outages::begin() {
  for (std::uint32_t source = 0; source < sources_.size(); ++source)
    events_.schedule(sources_[source].changes_s, *this, 0, source);
}

void Outages::on_event(std::uint32_t, std::uint32_t index) {
  Source& source = sources_[index];
  const OutageSpec& spec = *source.spec;
  Kind& changed = kind(spec.what);
  Target& target = changed.targets[source.target];
  const double now_s = events_.now_s();
  source.down = !source.down;
  if (spec.at_random())
    source.changes_s = now_s + exponential_s(source.random, source.down ? spec.mttr_s : spec.mtbf_s);
  else
    source.changes_s = source.down ? now_s + spec.for_s : kNever;
  if (source.changes_s < kNever) events_.schedule(source.changes_s, *this, 0, index);

  const bool was_up = target.down == 0;
  target.down += source.down ? 1U : -1U;
  if (was_up) target.failed_s = now_s;
  foresee(changed, source.target);
  if (was_up) {
    for (OutageListener* listener : listeners_) listener->on_down(spec.what, source.target);
  } else if (target.down == 0) {
    add_downtime(spec.what, source.target, now_s);
    for (OutageListener* listener : listeners_) listener->on_up(spec.what, source.target);
  }
}

void Outages::add_downtime(What what, std::uint32_t target, double to_s) {
  const std::size_t group = what == What::uplink ? 0 : device_groups_[target];
  recorder_.add_downtime(what, group, kind(what).targets[target].failed_s, to_s);
}

void Outages::end(double horizon_s) {
  for (const What what : {What::uplink, What::access, What::device})
    for (std::uint32_t target = 0; target < kind(what).targets.size(); ++target)
      if (kind(what).targets[target].down > 0) add_downtime(what, target, horizon_s);
}

}  // namespace offramp
