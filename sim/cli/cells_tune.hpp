#pragma once

#include <optional>
#include <string>

#include "sim/scenario/model_description.hpp"

namespace offramp {

/// What `offramp tune` is asked for a network that answers by cells; at most one of the three goals.
struct CellsTuneOrder {
  std::string from;                  ///< "exit 2:int8_zstd"
  std::optional<double> edge_share;  ///< most accurate with this share of cells answered on the device
  std::optional<double>
      max_loss;                 ///< fewest bytes that count no worse than all-cloud by so many people a frame
  std::optional<double> bytes;  ///< most accurate within so many bytes a frame
  bool json = false;
  std::string out;  ///< file for the choice, as lines of a scenario; empty: none
};

/// What is sent of a frame depends on the policy, so that the choice is among the policies that were
/// profiled: shows each on the validation frames, and the chosen one on the test frames as well.
/// @throws UserError with what is missing, or where no policy reaches the goal
void tune_cells(const CellsTuneOrder& order, const ModelDescription& model);

}  // namespace offramp
