#include "models/profiling/people_cut.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/nets/cell_mask.hpp"
#include "models/profiling/code_split.hpp"
#include "models/profiling/coded_stream.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/median.hpp"

namespace offramp {
namespace {

bool accepts(const CellSayings& exit, std::size_t cell, double threshold_nats) {
  double entropy = 0;
  for (std::size_t k = 0; k < 2; ++k) {
    const double log_probability = exit.logits[2 * cell + k];
    entropy -= std::exp(log_probability) * log_probability;
  }
  return entropy < threshold_nats;
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

std::vector<std::uint8_t> unsure_cells(std::span<const CellSayings> exits,
                                       std::span<const double> thresholds_nats) {
  std::vector<std::uint8_t> unsure(exits.front().counts.size(), 1);
  for (std::size_t exit = 0; exit < exits.size(); ++exit)
    for (std::size_t cell = 0; cell < unsure.size(); ++cell)
      if (accepts(exits[exit], cell, thresholds_nats[exit])) unsure[cell] = 0;
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

CellSayings first_accepted(std::span<const CellSayings> exits, std::span<const double> thresholds_nats) {
  CellSayings answer = exits.back();
  for (std::size_t exit = exits.size() - 1; exit-- > 0;) {
    for (std::size_t cell = 0; cell < answer.counts.size(); ++cell) {
      if (!accepts(exits[exit], cell, thresholds_nats[exit])) continue;
      answer.counts[cell] = exits[exit].counts[cell];
      for (std::size_t k = 0; k < 2; ++k) answer.logits[2 * cell + k] = exits[exit].logits[2 * cell + k];
    }
  }
  return answer;
}

}  // namespace offramp
