#include "sim/simulation/tier_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/core/error.hpp"
#include "sim/platform/compute_time.hpp"

namespace offramp {
namespace {

std::size_t largest_index(std::span<const float> logits) {
  return static_cast<std::size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// The last exit on the device answers every image, whatever the policy thinks of it.
FallbackPlan plan_fallback(const DeviceGroup& group, const ExitProfile& profile, const ImageSet& set,
                           const ExitPolicy& policy, std::size_t last_on_device) {
  const ExitRule rule{"fixed", {}, last_on_device};
  const auto answers =
      make_exit_policy(rule, {profile.exits.size(), profile.num_classes, static_cast<int>(last_on_device)});
  double head_s = 0;
  if (!policy.asks(last_on_device))
    head_s =
        group.type.overhead_s_per_run + compute_time_s(group.type, profile.exits[last_on_device].head, 1);
  return {*group.offload->timeout_s,
          TierPlan(
              {last_on_device, last_on_device}, false, [&](std::size_t exit) { return set.logits[exit]; },
              set.labels, profile, *answers, group.type, 1),
          head_s};
}

}  // namespace

TierPlan::TierPlan(Segment exits, bool passes_on,
                   const std::function<std::span<const float>(std::size_t exit)>& logits,
                   std::span<const std::int32_t> labels, const ExitProfile& profile, const ExitPolicy& policy,
                   const DeviceType& type, std::size_t batch_max)
    : segment_(exits) {
  const std::size_t images = labels.size();
  const std::size_t classes = profile.num_classes;
  exits_.assign(images, kPassOn);
  correct_.assign(images, 0);
  for (std::size_t exit = exits.first_exit; exit <= exits.last_exit; ++exit) {
    std::vector<double>& stage = stage_s_.emplace_back();
    // A decision ends a run: the device waits for the logits before it starts anything behind them.
    const bool starts_run = exit == exits.first_exit || policy.asks(exit - 1);
    for (std::size_t batch = 1; batch <= batch_max; ++batch)
      stage.push_back(exit_time_s(type, profile, exit, policy.asks(exit), starts_run, batch));
    if (!policy.asks(exit)) continue;
    const std::span<const float> all = logits(exit);
    const bool must_answer = !passes_on && exit == exits.last_exit;
    for (std::size_t image = 0; image < images; ++image) {
      const std::span<const float> one = all.subspan(image * classes, classes);
      if (exits_[image] != kPassOn || !(must_answer || policy.accepts(exit, one))) continue;
      exits_[image] = static_cast<std::int8_t>(exit);
      correct_[image] = largest_index(one) == static_cast<std::size_t>(labels[image]) ? 1 : 0;
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

RoutePlan plan_route(const DeviceGroup& group, const CloudSpec& cloud, const ExitProfile& profile) {
  const std::size_t final_exit = profile.exits.size() - 1;
  const ImageSet& set = profile.set("test");
  const int last_on_device =
      group.offload ? last_exit_before(group.offload->from) : static_cast<int>(final_exit);
  const ExitRule rule{group.policy.rule, group.policy.thresholds, group.policy.exit.value_or(0)};
  const auto policy = make_exit_policy(rule, {profile.exits.size(), profile.num_classes, last_on_device});

  RoutePlan route;
  route.images = set.images();
  route.storage = profile.storage;
  const bool offloads = group.offload.has_value();
  if (last_on_device < 0) {
    route.tiers.push_back(TierPlan::pass_all(route.images));
  } else {
    const TierPlan::Segment on_device{0, static_cast<std::size_t>(last_on_device)};
    route.tiers.emplace_back(
        on_device, offloads, [&](std::size_t exit) { return set.logits[exit]; }, set.labels, profile, *policy,
        group.type, 1);
  }
  if (!offloads) return route;
  if (group.offload->timeout_s)
    route.fallback = plan_fallback(group, profile, set, *policy, static_cast<std::size_t>(last_on_device));

  const SplitPoint* split = profile.find_split(group.offload->from);
  const CodecAnswers* coded = split == nullptr ? nullptr : split->find_codec(group.offload->codec);
  if (coded == nullptr)
    throw UserError(fmt::format("the profile of {} has no {} at {}", profile.model, group.offload->codec,
                                group.offload->from));
  const CodedSet& answers = coded->sets[profile.set_index("test")];
  const auto first_in_cloud = static_cast<std::size_t>(last_on_device + 1);
  const auto logits_in_cloud = [&](std::size_t exit) {
    return coded->exact ? set.logits[exit] : answers.logits[exit - first_in_cloud];
  };
  route.tiers.emplace_back(TierPlan::Segment{first_in_cloud, final_exit}, false, logits_in_cloud, set.labels,
                           profile, *policy, cloud.type, cloud.batch_max);
  route.hops.push_back(
      {answers.coded_bytes, codec_time_s(group.type, coded->encode_s, profile.zstd_s_per_byte),
       codec_time_s(cloud.type, coded->decode_s, profile.zstd_s_per_byte), group.offload->from == "input"});
  return route;
}

std::vector<RouteOwner> route_owners(const Scenario& scenario) {
  std::vector<RouteOwner> owners;
  for (std::size_t g = 0; g < scenario.devices.size(); ++g) owners.push_back({g, &scenario.devices[g].model});
  for (std::size_t g = 0; g < scenario.devices.size(); ++g)
    if (scenario.devices[g].night) owners.push_back({g, &scenario.devices[g].night->model});
  return owners;
}

}  // namespace offramp
