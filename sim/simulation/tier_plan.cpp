#include "sim/simulation/tier_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/platform/compute_time.hpp"
#include "sim/profile/cell_masks.hpp"
#include "sim/simulation/cell_route.hpp"
#include "sim/simulation/memory_check.hpp"

namespace offramp {
namespace {

/// What an image is as a whole; nothing by cells.
std::span<const std::int32_t> labels_of_images(const ImageSet& set) {
  return set.cells == 1 && set.counts.empty() ? set.labels : std::span<const std::int32_t>();
}

/// The last exit on the device answers every image, whatever the policy thinks of it.
FallbackPlan plan_fallback(const DeviceGroup& group, const ExitProfile& profile, const ImageSet& set,
                           const ExitPolicy& policy, std::size_t last_on_device) {
  const ExitRule rule{"fixed", {}, last_on_device, 0};
  const auto answers = make_exit_policy(
      rule, {profile.exits.size(), profile.num_classes, static_cast<int>(last_on_device), false});
  ExitJudge judge(*answers, set.images() * set.cells);
  CellsAnswered answered(set.images(), set.cells);
  double head_s = 0;
  if (!policy.asks(last_on_device))
    head_s =
        group.type.overhead_s_per_run + compute_time_s(group.type, profile.exits[last_on_device].head, 1);
  return {*group.offload->timeout_s,
          TierPlan(
              {last_on_device, last_on_device}, false,
              [&](std::size_t exit) {
                return ExitAnswers{set.logits[exit], {}};
              },
              answered, labels_of_images(set), profile, judge, group.type, 1),
          head_s};
}

}  // namespace

TierPlan::TierPlan(Segment exits, bool passes_on, const AnswersOf& answers, CellsAnswered& answered,
                   std::span<const std::int32_t> labels, const ExitProfile& profile, ExitJudge& judge,
                   const DeviceType& type, std::size_t batch_max)
    : segment_(exits) {
  const ExitPolicy& policy = judge.policy();
  const std::size_t images = answered.images();
  exits_.assign(images, kPassOn);
  correct_.assign(images, 0);
  for (std::size_t exit = exits.first_exit; exit <= exits.last_exit; ++exit) {
    std::vector<double>& stage = stage_s_.emplace_back();
    // A decision ends a run: the device waits for the logits before it starts anything behind them.
    const bool starts_run = exit == exits.first_exit || policy.asks(exit - 1);
    for (std::size_t batch = 1; batch <= batch_max; ++batch)
      stage.push_back(exit_time_s(type, profile, exit, policy.asks(exit), starts_run, batch));
    if (!policy.asks(exit)) continue;
    const ExitAnswers all = answers(exit);
    const std::vector<std::uint8_t> accepted = judge.ask(exit, all.logits, all.routers);
    const bool must_answer = !passes_on && exit == exits.last_exit;
    answered.take(all.logits, all.counts, must_answer ? std::span<const std::uint8_t>() : accepted);
    for (std::size_t image = 0; image < images; ++image) {
      if (exits_[image] != kPassOn || answered.left(image) > 0) continue;
      exits_[image] = static_cast<std::int8_t>(exit);
      correct_[image] = !labels.empty() && answered.named(image).front() == labels[image] ? 1 : 0;
    }
  }
  alone_s_.reserve(images);
  for (std::uint32_t image = 0; image < images; ++image) {
    const std::array one{image};
    alone_s_.push_back(compute_s(one));
  }
}

TierPlan TierPlan::pass_all(std::size_t images) {
  TierPlan plan;
  plan.exits_.assign(images, kPassOn);
  plan.correct_.assign(images, 0);
  plan.alone_s_.assign(images, 0);
  return plan;
}

std::size_t TierPlan::depth_of(std::uint32_t image) const {
  const int exit = exits_[image];
  return exit == kPassOn ? stage_s_.size() : static_cast<std::size_t>(exit) - segment_.first_exit + 1;
}

double TierPlan::compute_s(std::span<const std::uint32_t> images) const {
  double seconds = 0;
  for (std::size_t stage = 0; stage < stage_s_.size(); ++stage) {
    const auto running =
        std::count_if(images.begin(), images.end(), [&](std::uint32_t i) { return depth_of(i) > stage; });
    if (running == 0) break;
    seconds += stage_s_[stage][static_cast<std::size_t>(running) - 1];
  }
  return seconds;
}

namespace {

/// A hop, and who receives what crosses it.
struct Stretch {
  HopSpec cut;
  Leg leg;
  const CloudSpec& above;
};

std::vector<Stretch> stretches(const DeviceGroup& group, const Scenario& scenario) {
  if (!group.offload) return {};
  const OffloadSpec& offload = *group.offload;
  if (offload.to == OffloadSpec::To::cloud)
    return {{{offload.from, offload.codec}, Leg::device_to_cloud, scenario.cloud}};
  std::vector<Stretch> way{
      {{offload.from, offload.codec}, Leg::device_to_gateway, scenario.network.gateway.value()}};
  if (offload.onward) way.push_back({*offload.onward, Leg::gateway_to_cloud, scenario.cloud});
  return way;
}

/// What the rule's scores are calibrated with; empty: as the network says them.
std::vector<double> temperatures_for(const PolicySpec& policy, const ExitProfile& profile) {
  if (!policy.temperatures_of_profile) return policy.temperatures;
  if (profile.temperatures.empty())
    throw UserError(
        fmt::format("the profile of {} has no temperatures; make it again with: offramp profile {}, or give "
                    "them: temperatures: "
                    "[1.5, ...]",
                    profile.model, profile.model));
  return profile.temperatures;
}

const CodecAnswers& coded_at(const HopSpec& cut, const std::string& after, const PolicySpec& policy,
                             const ExitProfile& profile) {
  if (profile.cells)
    return coded_under(profile, cut.from, cut.codec,
                       {policy.rule, policy.thresholds, policy.patience.value_or(0)});
  const CodecAnswers* coded = profile.find_answers(cut.from, cut.codec, after);
  if (coded == nullptr)
    throw UserError(fmt::format("the profile of {} has no {}{} at {}", profile.model, cut.codec,
                                after.empty() ? "" : " after " + after, cut.from));
  return *coded;
}

}  // namespace

RoutePlan plan_route(const DeviceGroup& group, const Scenario& scenario, const ExitProfile& profile) {
  check_cells(group, profile);
  const std::size_t shown = set_shown(group, profile);
  const ImageSet& set = profile.sets[shown];
  const auto final_exit = static_cast<int>(profile.exits.size()) - 1;
  const int last_on_device = group.offload ? last_exit_before(group.offload->from) : final_exit;
  const ExitRule rule{group.policy.rule, group.policy.thresholds, group.policy.exit.value_or(0),
                      group.policy.patience.value_or(0)};
  auto policy = make_exit_policy(
      rule, {profile.exits.size(), profile.num_classes, last_on_device, profile.has_routers});
  if (group.cell_ratio)
    policy = decided_elsewhere(std::move(policy), *group.cell_ratio > 0 ? final_exit : last_on_device);
  ExitJudge judge(*policy, set.images() * set.cells, temperatures_for(group.policy, profile));

  RoutePlan route;
  route.images = set.images();
  route.storage = profile.storage;
  if (group.offload && group.offload->timeout_s)
    route.fallback = plan_fallback(group, profile, set, *policy, static_cast<std::size_t>(last_on_device));

  // Tier by tier, up to the one that answers last.
  CellsAnswered answered(set.images(), set.cells);
  AnswersOf answers = [&](std::size_t exit) {
    return ExitAnswers{set.logits[exit], profile.routers_of(shown, exit),
                       profile.cells ? set.counts[exit] : std::span<const float>()};
  };
  int first_exit = 0;
  const DeviceType* type = &group.type;
  std::size_t batch_max = 1;
  std::string after;
  const auto add_tier = [&](int last_exit, bool passes_on) {
    const TierPlan::Segment exits{static_cast<std::size_t>(first_exit), static_cast<std::size_t>(last_exit)};
    // What has one class is decided by each tier for every image, whatever the tiers below would have done.
    if (!profile.cells) answered = CellsAnswered(set.images(), 1);
    if (last_exit < first_exit)
      route.tiers.push_back(TierPlan::pass_all(route.images));
    else
      route.tiers.emplace_back(exits, passes_on, answers, answered, labels_of_images(set), profile, judge,
                               *type, batch_max);
  };
  for (const Stretch& way : stretches(group, scenario)) {
    const int last_exit = last_exit_before(way.cut.from);
    add_tier(last_exit, true);
    if (profile.cells) route.frames = frames_on_device(set, answered, route.fallback, last_on_device);
    const PolicySpec mask = group.cell_ratio ? PolicySpec{kMaskOfAll, {}} : group.policy;
    const CodecAnswers& coded = coded_at(way.cut, after, mask, profile);
    route.hops.push_back({coded.sets[shown].coded_bytes,
                          codec_time_s(*type, coded.encode_s, profile.zstd_s_per_byte),
                          codec_time_s(way.above.type, coded.decode_s, profile.zstd_s_per_byte),
                          profile.carries_image(*profile.find_split(way.cut.from)), way.leg});
    if (group.cell_ratio) send_ratio(route, *group.cell_ratio);
    first_exit = last_exit + 1;
    answers = [&profile, &coded, split = profile.find_split(way.cut.from), shown](std::size_t exit) {
      return ExitAnswers{
          profile.logits_behind(*split, coded, shown, exit),
          profile.routers_behind(*split, coded, shown, exit),
          profile.cells ? profile.counts_behind(*split, coded, shown, exit) : std::span<const float>()};
    };
    type = &way.above.type;
    batch_max = way.above.batch_max;
    after = hop_name(way.cut.from, way.cut.codec);
  }
  add_tier(final_exit, false);
  if (profile.cells) finish_frames(route.frames, set, answered, group.cell_ratio);
  if (profile.cells) check_people(group, route.frames, profile);
  return route;
}

std::vector<RouteOwner> route_owners(const Scenario& scenario) {
  std::vector<RouteOwner> owners;
  for (std::size_t g = 0; g < scenario.devices.size(); ++g) owners.push_back({g, &scenario.devices[g].model});
  for (std::size_t g = 0; g < scenario.devices.size(); ++g)
    if (scenario.devices[g].night) owners.push_back({g, &scenario.devices[g].night->model});
  for (std::size_t g = 0; g < scenario.devices.size(); ++g)
    if (const DeviceGroup& group = scenario.devices[g]; group.adapts())
      for (const SettingSpec& setting : group.adapt->settings) owners.push_back({g, &group.model, &setting});
  return owners;
}

DeviceGroup group_of_route(const RouteOwner& owner, const Scenario& scenario) {
  DeviceGroup group = scenario.devices[owner.group];
  if (owner.setting != nullptr) {
    group.policy = owner.setting->policy;
    group.offload = owner.setting->offload;
  }
  return group;
}

bool share_upper_tiers(const RoutePlan& a, const RoutePlan& b) {
  const auto same_hop = [](const HopPlan& x, const HopPlan& y) {
    return x.payload_bytes.data() == y.payload_bytes.data() && x.encode_s == y.encode_s &&
           x.decode_s == y.decode_s && x.leg == y.leg;
  };
  return std::ranges::equal(a.hops, b.hops, same_hop) &&
         std::equal(a.tiers.begin() + 1, a.tiers.end(), b.tiers.begin() + 1, b.tiers.end());
}

std::vector<std::uint32_t> lines_of_routes(const Scenario& scenario, const std::vector<RoutePlan>& routes) {
  const std::vector<RouteOwner> owners = route_owners(scenario);
  std::vector<std::uint32_t> lines(routes.size());
  for (std::uint32_t route = 0; route < routes.size(); ++route) {
    lines[route] = route;
    if (owners[route].setting == nullptr) continue;
    for (std::uint32_t other = 0; other < route && lines[route] == route; ++other)
      if (owners[other].group == owners[route].group && share_upper_tiers(routes[other], routes[route]))
        lines[route] = lines[other];
  }
  return lines;
}

std::vector<RoutePlan> plan_routes(const Scenario& scenario,
                                   const std::map<std::string, ExitProfile>& profiles) {
  std::vector<RoutePlan> routes;
  for (const RouteOwner& owner : route_owners(scenario)) {
    const ExitProfile& profile = profiles.at(owner.model->directory.string());
    const DeviceGroup group = group_of_route(owner, scenario);
    check_memory(scenario, owner.group, group, profile);
    routes.push_back(plan_route(group, scenario, profile));
  }
  return routes;
}

}  // namespace offramp
