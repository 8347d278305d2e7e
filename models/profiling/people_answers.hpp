#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/nets/branchy_network.hpp"

namespace offramp {

/// What one exit says of the cells of some frames, as a profile keeps it.
struct CellSayings {
  std::vector<float> logits;  ///< [frames, cells, 2]: nobody, someone
  std::vector<float> counts;  ///< [frames, cells]
};

/// What every exit says, by batches, nothing masked; the network is left in evaluation mode.
std::vector<CellSayings> run_all_cells(BranchyNetwork& network, const LabelledImages& frames);

/// Appends what an exit's map of people says (models/nets/cell_answers.hpp).
void append_sayings(CellSayings& to, const torch::Tensor& map, const CellGrid& grid);

/// F1 of "someone is in this cell": 2 TP / (2 TP + FP + FN). @param people  in each cell, [frames, cells]
double cell_f1(const CellSayings& sayings, std::span<const std::int32_t> people);

/// Mean over frames of the absolute difference between the sum of counts and the number of people.
double count_error(const CellSayings& sayings, std::span<const std::int32_t> people, std::size_t cells);

inline constexpr std::size_t kFrameBatch = 16;

}  // namespace offramp
