#pragma once

#include <functional>
#include <vector>

#include "models/codec/codec.hpp"
#include "models/nets/branchy_network.hpp"
#include "models/profiling/people_answers.hpp"

namespace offramp {

/// Which cells of each frame exits leave to those behind them: [frames, cells], 1 for a cell that none
/// accepted by a policy's rule.
/// @param exits      what the exits before the cut say
/// @param num_exits  of the network, the final one included
std::vector<std::uint8_t> unsure_cells(std::span<const CellSayings> exits, const CellMask& policy,
                                       std::size_t num_exits);

/// A network by cells, cut behind an exit: what crosses the cut, and what the exits behind it say of it.
struct PeopleCut {
  int last_exit = 0;                     ///< before the cut; -1: the frame itself crosses it, unmasked
  std::span<const std::uint8_t> unsure;  ///< [frames, cells]: those kept of the feature; empty: all
  const Codec* codec = nullptr;          ///< null: the feature arrives as it is
};

struct CutSayings {
  std::vector<CellSayings> exits;          ///< of those behind the cut
  std::vector<std::uint32_t> coded_bytes;  ///< [frames]; empty without a codec
  double encode_s = 0, decode_s = 0;       ///< median, as CodedStream takes them
  double power = 0, noise = 0;             ///< as CodedStream
  bool exact = true;                       ///< all came back bit by bit
};

/// Frames one after the other, in their order, through one stream; the network is left in evaluation mode.
/// @param after_batch  called with the number of frames done since the last call
CutSayings run_cut(
    BranchyNetwork& network, const LabelledImages& frames, const PeopleCut& cut,
    const std::function<void(std::size_t)>& after_batch = [](std::size_t) {});

/// The answer to each cell: of the first exit that accepts it, else of the last. Exits before the cut say
/// what they say of whole frames, those behind it what they say behind the cut.
CellSayings first_accepted(std::span<const CellSayings> exits, const CellMask& policy);

}  // namespace offramp
