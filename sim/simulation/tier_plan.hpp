#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/platform/leg.hpp"
#include "sim/policy/cells_answered.hpp"
#include "sim/policy/exit_judge.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/frame_score.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// What an exit says of all images, as it reads them on its tier.
struct ExitAnswers {
  std::span<const float> logits;       ///< [images, (cells,) classes]
  std::span<const float> routers;      ///< [images]; empty where there is no router
  std::span<const float> counts = {};  ///< by cells: [images, cells], people in each
};
using AnswersOf = std::function<ExitAnswers(std::size_t exit)>;

/// What one tier (device, gateway, cloud) does with each image: the profile's logits, decided once by
/// the exit policy, and the time it takes by the tier's device type. The event loop only looks up. Where
/// exits answer by cells, an image leaves by the exit that takes its last cell.
class TierPlan {
 public:
  /// No exit of this tier answered; the request goes on to the next tier.
  static constexpr int kPassOn = -1;

  struct Segment {
    std::size_t first_exit = 0;
    std::size_t last_exit = 0;  ///< inclusive; the tier is empty when below first_exit
    std::size_t size() const { return last_exit + 1 - first_exit; }
    bool operator==(const Segment&) const = default;
  };

  /// @param answers    of an exit of this tier
  /// @param answered   what was said before this tier, and then in it as well
  /// @param labels     [images]; empty by cells: then no image is right or wrong as a whole
  /// @param judge      the same for all tiers of a route, which are planned from the device up
  /// @param batch_max  the largest batch that will be asked for
  TierPlan(Segment exits, bool passes_on, const AnswersOf& answers, CellsAnswered& answered,
           std::span<const std::int32_t> labels, const ExitProfile& profile, ExitJudge& judge,
           const DeviceType& type, std::size_t batch_max);

  /// A tier that runs nothing and passes everything on (the device when images travel).
  static TierPlan pass_all(std::size_t images);

  /// The exit that answers this image here, or kPassOn.
  int exit_of(std::uint32_t image) const { return exits_[image]; }
  bool correct(std::uint32_t image) const { return correct_[image] != 0; }

  /// Time for one image, all alone.
  double compute_s(std::uint32_t image) const { return alone_s_[image]; }
  /// Time for a batch: each segment runs once on those images that still need it.
  double compute_s(std::span<const std::uint32_t> images) const;

  /// [segment][batch - 1]: time of each segment of this tier, up to the largest batch.
  const std::vector<std::vector<double>>& stage_s() const { return stage_s_; }

  bool operator==(const TierPlan&) const = default;

 private:
  TierPlan() = default;
  /// Segments of this tier that an image runs.
  std::size_t depth_of(std::uint32_t image) const;

  Segment segment_;
  std::vector<std::int8_t> exits_;
  std::vector<std::uint8_t> correct_;
  std::vector<double> alone_s_;
  std::vector<std::vector<double>> stage_s_;  ///< [segment][batch - 1]
};

/// How a request crosses from one tier to the next.
struct HopPlan {
  std::span<const std::uint32_t> payload_bytes;  ///< [images]
  double encode_s = 0;                           ///< on the lower tier
  double decode_s = 0;                           ///< on the upper tier
  bool sends_image = false;
  Leg leg = Leg::device_to_cloud;
};

/// What a device does when the answer from beyond does not come in time.
struct FallbackPlan {
  double timeout_s = 0;  ///< since the message was ready to be sent
  TierPlan answer;       ///< of the last exit on the device, for every image
  double head_s = 0;     ///< to run that exit's head now; 0 when the policy has asked it before
};

/// The way of a group's requests: tiers from the device up, and the hops between them.
struct RoutePlan {
  std::vector<TierPlan> tiers;
  std::vector<HopPlan> hops;             ///< tiers.size() - 1
  std::optional<FallbackPlan> fallback;  ///< when the group's offload has a timeout
  std::size_t images = 0;                ///< of the profile's test set, or the one that is replayed
  FrameOutcomes frames;                  ///< by cells
  std::vector<std::shared_ptr<const void>> storage;  ///< the profile that the hops point into
};

/// @param group  of that scenario, perhaps with another of its settings
/// @throws UserError when the profile lacks a split or codec, or by cells the policy's mask
RoutePlan plan_route(const DeviceGroup& group, const Scenario& scenario, const ExitProfile& profile);

/// Which routes a scenario has: one for each group, in their order, then one for each night, in the order of
/// its group, then those of the settings that groups adapt with, behind their own.
struct RouteOwner {
  std::size_t group = 0;
  const ModelDescription* model = nullptr;  ///< of the scenario: whose profile the route is planned with
  const SettingSpec* setting = nullptr;     ///< of the scenario; null: the group's own
};
std::vector<RouteOwner> route_owners(const Scenario& scenario);
/// The group with the setting of a route in place of its own.
DeviceGroup group_of_route(const RouteOwner& owner, const Scenario& scenario);

/// Whether requests of two routes can be worked on together behind the device: the same comes to every tier
/// there, which decides the same.
bool share_upper_tiers(const RoutePlan& a, const RoutePlan& b);
/// In which line behind the device each route waits: settings of one group whose requests can be worked on
/// together share one, named by the first of them; every other route has its own.
std::vector<std::uint32_t> lines_of_routes(const Scenario& scenario, const std::vector<RoutePlan>& routes);

/// Plans every route of a scenario.
/// @param profiles  by the directory of their model
/// @throws UserError when a profile lacks what is asked for, or a network does not fit a memory
/// (check_memory)
std::vector<RoutePlan> plan_routes(const Scenario& scenario,
                                   const std::map<std::string, ExitProfile>& profiles);

}  // namespace offramp
