#include "sim/simulation/cell_route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

/// A policy's way through the network, but one exit takes everything, whatever anybody says.
class DecidedElsewhere final : public ExitPolicy {
 public:
  DecidedElsewhere(std::unique_ptr<ExitPolicy> policy, std::size_t exit)
      : policy_(std::move(policy)), exit_(exit) {}

  bool asks(std::size_t exit) const override { return exit == exit_ || policy_->asks(exit); }
  bool accepts(const ExitAnswer& answer) const override { return answer.exit == exit_; }

 private:
  std::unique_ptr<ExitPolicy> policy_;
  std::size_t exit_;
};

std::vector<FrameScore> scores(const ImageSet& set, const CellsAnswered& answered) {
  std::vector<FrameScore> frames;
  frames.reserve(set.images());
  for (std::size_t image = 0; image < set.images(); ++image)
    frames.push_back(score_frame(set.labels.subspan(image * set.cells, set.cells), answered.named(image),
                                 answered.counts(image)));
  return frames;
}

}  // namespace

void check_cells(const DeviceGroup& group, const ExitProfile& profile) {
  if (group.model.cells != profile.cells) {
    const auto text = [](const std::optional<CellGrid>& grid) {
      return grid ? fmt::format("cells of {}x{}", grid->rows, grid->columns) : std::string("no cells");
    };
    throw UserError(fmt::format("the profile of {} answers by {}, its model.yaml says {}{}", profile.model,
                                text(profile.cells), text(group.model.cells),
                                profile.cells ? fmt::format("; write there \"cells: [{}, {}]\"",
                                                            profile.cells->rows, profile.cells->columns)
                                              : "; leave out \"cells\" there"));
  }
  if (!profile.cells) return;
  if (!group.policy.temperatures.empty())
    throw UserError(fmt::format("policy.temperatures: the masks of {} were made without", profile.model));
  if (group.offload && group.offload->onward)
    throw UserError(
        fmt::format("{} answers by cells, and what is left of a frame crosses one hop; give one hop, to "
                    "the cloud or to the gateway",
                    profile.model));
}

std::size_t set_shown(const DeviceGroup& group, const ExitProfile& profile) {
  constexpr const char* kTest = "test";
  if (!group.people || group.people->replay.empty() || group.people->replay == profile.dataset)
    return profile.set_index(kTest);
  return profile.set_index(group.people->replay);
}

void check_people(const DeviceGroup& group, const FrameOutcomes& frames, const ExitProfile& profile) {
  if (!group.people || !group.people->moments) return;
  const auto [least, most] = std::ranges::minmax(frames.answered, {}, &FrameScore::people);
  const double mean = group.people->moments->mean;
  if (mean < least.people || mean > most.people)
    throw UserError(fmt::format("people.mean: {} people, but the frames of {} show {} to {}; allowed: these",
                                mean, profile.model, least.people, most.people));
}

std::unique_ptr<ExitPolicy> decided_elsewhere(std::unique_ptr<ExitPolicy> policy, int exit) {
  return std::make_unique<DecidedElsewhere>(std::move(policy), static_cast<std::size_t>(exit));
}

FrameOutcomes frames_on_device(const ImageSet& set, CellsAnswered answered,
                               const std::optional<FallbackPlan>& fallback, int last_on_device) {
  FrameOutcomes frames;
  frames.answered.resize(set.images());
  for (std::size_t image = 0; image < set.images(); ++image)
    frames.answered[image].left = static_cast<std::uint16_t>(answered.left(image));
  if (!fallback) return frames;
  const auto exit = static_cast<std::size_t>(last_on_device);
  answered.take(set.logits[exit], set.counts[exit], {});
  frames.fallen_back = scores(set, answered);
  for (std::size_t image = 0; image < set.images(); ++image)
    frames.fallen_back[image].left = frames.answered[image].left;
  return frames;
}

void finish_frames(FrameOutcomes& frames, const ImageSet& set, const CellsAnswered& answered,
                   std::optional<double> ratio) {
  const std::vector<FrameScore> on_device = std::move(frames.answered);
  frames.answered = scores(set, answered);
  for (std::size_t image = 0; image < on_device.size(); ++image)
    frames.answered[image].left = on_device[image].left;
  CellsAnswered by_cloud(set.images(), set.cells);
  by_cloud.take(set.logits.back(), set.counts.back(), {});
  frames.by_cloud = scores(set, by_cloud);
  frames.cells = set.cells;
  frames.ratio = ratio;
}

void send_ratio(RoutePlan& route, double ratio) {
  auto bytes = std::make_shared<std::vector<std::uint32_t>>();
  for (const std::uint32_t all : route.hops.back().payload_bytes)
    bytes->push_back(static_cast<std::uint32_t>(std::llround(ratio * static_cast<double>(all))));
  route.hops.back().payload_bytes = *bytes;
  route.storage.push_back(std::move(bytes));
}

}  // namespace offramp
