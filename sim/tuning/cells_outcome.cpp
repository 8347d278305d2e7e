#include "sim/tuning/cells_outcome.hpp"

#include <memory>
#include <numeric>
#include <span>

#include "sim/policy/cells_answered.hpp"
#include "sim/policy/exit_judge.hpp"
#include "sim/profile/cell_masks.hpp"

namespace offramp {
namespace {

/// What an exit says of a set, where it runs.
struct Said {
  std::span<const float> logits;
  std::span<const float> counts;
};

Said said_by(const ExitProfile& profile, std::size_t set, std::size_t exit, int last_device_exit,
             const SplitPoint* split, const CodecAnswers* coded) {
  if (coded == nullptr || static_cast<int>(exit) <= last_device_exit)
    return {profile.sets[set].logits[exit], profile.sets[set].counts[exit]};
  return {profile.logits_behind(*split, *coded, set, exit), profile.counts_behind(*split, *coded, set, exit)};
}

}  // namespace

ExitRule rule_of(const CellMask& mask) { return {mask.rule, mask.thresholds, 0, mask.patience}; }

FrameTally CellsOutcome::tally() const {
  FrameTally sum;
  for (const FrameScore& frame : frames) sum.add(frame);
  return sum;
}

std::vector<double> CellsOutcome::errors() const {
  std::vector<double> errors;
  for (const FrameScore& frame : frames) errors.push_back(frame.error());
  return errors;
}

double CellsOutcome::bytes_a_frame() const {
  return std::accumulate(bytes.begin(), bytes.end(), 0.0) / static_cast<double>(bytes.size());
}

double CellsOutcome::share_left() const {
  double left = 0;
  for (const FrameScore& frame : frames) left += frame.left;
  return left / static_cast<double>(present.size());
}

double CellsOutcome::share_of(std::size_t exit) const {
  return static_cast<double>(cells_of_exit[exit]) / static_cast<double>(present.size());
}

CellsOutcome apply_rule_to_cells(const ExitProfile& profile, const std::string& set, const NetworkCut* cut,
                                 const ExitRule& rule) {
  const std::size_t index = profile.set_index(set);
  const ImageSet& own = profile.sets[index];
  const std::size_t exits = profile.exits.size();
  const int last_device_exit = cut == nullptr ? static_cast<int>(exits) - 2 : last_exit_before(cut->split);
  const SplitPoint* split = cut == nullptr ? nullptr : profile.find_split(cut->split);
  const CodecAnswers* coded = cut == nullptr ? nullptr
                                             : &coded_under(profile, cut->split, cut->codec,
                                                            {rule.rule, rule.thresholds, rule.patience});
  const std::unique_ptr<ExitPolicy> policy =
      make_exit_policy(rule, {exits, profile.num_classes, last_device_exit, false});
  ExitJudge judge(*policy, own.labels.size());
  CellsAnswered answered(own.images(), own.cells);

  CellsOutcome outcome;
  outcome.cells_of_exit.assign(exits, 0);
  outcome.sureness.assign(own.labels.size(), 0);
  for (const std::int32_t people : own.labels) outcome.present.push_back(people > 0 ? 1 : 0);
  std::vector<std::size_t> left(own.images(), own.cells);
  double flops = 0;
  std::vector<double> flops_of_frame(own.images(), 0);
  for (std::size_t exit = 0; exit < exits; ++exit) {
    flops += profile.exits[exit].backbone.flops + (policy->asks(exit) ? profile.exits[exit].head.flops : 0);
    for (std::size_t frame = 0; frame < own.images(); ++frame)
      if (answered.left(frame) > 0) flops_of_frame[frame] = flops;
    if (policy->asks(exit)) {
      const Said said = said_by(profile, index, exit, last_device_exit, split, coded);
      const std::vector<std::uint8_t> accepted = judge.ask(exit, said.logits, {});
      for (std::size_t cell = 0; cell < accepted.size(); ++cell) {
        if (accepted[cell] == 0 || answered.open()[cell] == 0) continue;
        ++outcome.cells_of_exit[exit];
        outcome.sureness[cell] = said.logits[2 * cell + 1] - said.logits[2 * cell];
      }
      answered.take(said.logits, said.counts, accepted);
    }
    if (static_cast<int>(exit) != last_device_exit) continue;
    for (std::size_t frame = 0; frame < own.images(); ++frame) left[frame] = answered.left(frame);
  }
  for (std::size_t frame = 0; frame < own.images(); ++frame) {
    const auto people = own.labels.subspan(frame * own.cells, own.cells);
    outcome.frames.push_back(score_frame(people, answered.named(frame), answered.counts(frame)));
    outcome.frames.back().left = static_cast<std::uint16_t>(left[frame]);
    if (coded != nullptr)
      outcome.bytes.push_back(left[frame] > 0 ? coded->sets[index].coded_bytes[frame] : 0);
    outcome.flops_a_frame += flops_of_frame[frame] / static_cast<double>(own.images());
  }
  if (coded != nullptr) {
    outcome.encode_s = coded->encode_s;
    outcome.decode_s = coded->decode_s;
  }
  return outcome;
}

}  // namespace offramp
