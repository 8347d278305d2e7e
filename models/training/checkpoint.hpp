#pragma once

#include <torch/torch.h>

#include <filesystem>

#include "models/nets/branchy_network.hpp"

namespace offramp {

/// Writes weights, the optimiser's state and how many epochs are done, in one atomic step. All
/// randomness of an epoch comes from streams named by (seed, epoch), so this is the whole state.
void save_checkpoint(const std::filesystem::path& path, const BranchyNetwork& network,
                     const torch::optim::Optimizer& optimizer, int epochs_done);

/// Restores what save_checkpoint wrote. @return how many epochs are done
/// @throws UserError when the file is damaged or of another network
int load_checkpoint(const std::filesystem::path& path, BranchyNetwork& network,
                    torch::optim::Optimizer& optimizer);

}  // namespace offramp
