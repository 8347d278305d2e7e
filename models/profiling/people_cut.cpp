#include "models/profiling/people_cut.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "models/nets/cell_mask.hpp"
#include "models/profiling/code_split.hpp"
#include "models/profiling/coded_stream.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/median.hpp"
#include "sim/policy/exit_judge.hpp"

namespace offramp {
namespace {

/// Each cell asks the rule for itself, as an image of two classes does.
std::unique_ptr<ExitPolicy> policy_of_cells(const CellMask& policy, std::size_t num_exits) {
  return make_exit_policy({policy.rule, policy.thresholds, 0, policy.patience},
                          {num_exits, 2, static_cast<int>(num_exits) - 2, false});
}

/// Rows first .. first + count - 1 of a mask, as a tensor.
torch::Tensor rows_of(std::span<const std::uint8_t> mask, std::size_t cells, std::size_t first,
                      std::size_t count) {
  torch::Tensor rows = torch::empty({static_cast<std::int64_t>(count), static_cast<std::int64_t>(cells)});
  std::copy_n(mask.begin() + static_cast<std::ptrdiff_t>(first * cells), count * cells,
              rows.data_ptr<float>());
  return rows;
}

}  // namespace

std::vector<std::uint8_t> unsure_cells(std::span<const CellSayings> exits, const CellMask& policy,
                                       std::size_t num_exits) {
  const std::unique_ptr<ExitPolicy> rule = policy_of_cells(policy, num_exits);
  const std::size_t cells = exits.front().counts.size();
  ExitJudge judge(*rule, cells);
  std::vector<std::uint8_t> unsure(cells, 1);
  for (std::size_t exit = 0; exit < exits.size(); ++exit) {
    if (!rule->asks(exit)) continue;
    const std::vector<std::uint8_t> accepted = judge.ask(exit, exits[exit].logits, {});
    for (std::size_t cell = 0; cell < cells; ++cell)
      if (accepted[cell] != 0) unsure[cell] = 0;
  }
  return unsure;
}

CutSayings run_cut(BranchyNetwork& network, const LabelledImages& frames, const PeopleCut& cut,
                   const std::function<void(std::size_t)>& after_batch) {
  const torch::NoGradGuard no_grad;
  network.eval();
  const CellGrid grid = *network.cells();
  CutSayings said;
  said.exits.resize(static_cast<std::size_t>(network.num_exits() - cut.last_exit - 1));
  std::optional<CodedStream> stream;
  for (std::size_t first = 0; first < frames.images(); first += kFrameBatch) {
    const std::size_t count = std::min(kFrameBatch, frames.images() - first);
    torch::Tensor x = split_feature(network, cut.last_exit, pixel_batch(frames, first, count));
    if (!cut.unsure.empty())
      x = masked_feature(x, rows_of(cut.unsure, grid.cells(), first, count), grid, network.mask_margin());
    if (cut.codec != nullptr) {
      if (!stream) stream.emplace(*cut.codec, FeatureShape{x.size(1), x.size(2), x.size(3)});
      x = stream->send(x);
    }
    for (std::size_t j = 0; j < said.exits.size(); ++j) {
      const int exit = cut.last_exit + 1 + static_cast<int>(j);
      x = network.backbone(exit, x);
      append_sayings(said.exits[j], network.head(exit, x), grid);
    }
    after_batch(count);
  }
  if (!stream) return said;
  said.encode_s = median(stream->encode_s());
  said.decode_s = median(stream->decode_s());
  said.exact = stream->exact();
  said.power = stream->power();
  said.noise = stream->noise();
  said.coded_bytes = stream->take_bytes();
  return said;
}

CellSayings first_accepted(std::span<const CellSayings> exits, const CellMask& policy) {
  CellSayings answer = exits.back();
  std::vector<std::uint8_t> open(answer.counts.size(), 1);
  for (std::size_t exit = 0; exit + 1 < exits.size(); ++exit) {
    const std::vector<std::uint8_t> unsure = unsure_cells(exits.first(exit + 1), policy, exits.size());
    for (std::size_t cell = 0; cell < open.size(); ++cell) {
      if (open[cell] == unsure[cell]) continue;
      open[cell] = 0;
      answer.counts[cell] = exits[exit].counts[cell];
      for (std::size_t k = 0; k < 2; ++k) answer.logits[2 * cell + k] = exits[exit].logits[2 * cell + k];
    }
  }
  return answer;
}

}  // namespace offramp
