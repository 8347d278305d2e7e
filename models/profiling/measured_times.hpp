#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/data/people_dataset.hpp"
#include "sim/policy/exit_policy.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

class BranchyNetwork;

/// Time of a network at batch 1 on one thread of this machine, with its exits really taken and without them.
struct MeasuredTimes {
  std::size_t images = 0;
  double plain_s = 0;       ///< mean of an image, median over rounds
  double early_exit_s = 0;  ///< the same
  double gain = 0;          ///< plain over early exit, median over rounds
  double gain_lowest = 0, gain_highest = 0;
  std::vector<double> exit_shares;  ///< of the images timed
  std::string how;                  ///< "frozen TorchScript, plain by oneDNN, ..."
};

/// What is timed: the early-exit network up to the exit that the rule takes, a frozen piece (FrozenPiece)
/// from each decision to the next, each decision made by the rule itself; and the plain one, all segments and
/// the final head in one frozen piece. Both with and without oneDNN's layouts, of which each network is given
/// the faster. Image by image the two take turns, and what is counted is the thread's own processor time, so
/// that other work on the machine falls on both alike. Of a network by cells a frame goes on as long as a
/// cell is open, nothing is masked, and what is timed includes reading cells from the exits' maps.
/// @param plain   the network that stands for "without exits"; the same one when there is no other
/// @param images  the first so many of `data` are timed
MeasuredTimes measure_times(BranchyNetwork& network, BranchyNetwork& plain, const LabelledImages& data,
                            const ExitRule& rule, const std::vector<double>& temperatures,
                            std::size_t images);

/// The same for trained models on the test images. @param plain  null: the model itself
MeasuredTimes measure_model(const ModelDescription& model, const ModelDescription* plain, const Dataset& data,
                            const ExitRule& rule, const std::vector<double>& temperatures,
                            std::size_t images);
MeasuredTimes measure_people_counter(const ModelDescription& model, const PeopleDataset& data,
                                     const ExitRule& rule, std::size_t frames);

}  // namespace offramp
