#pragma once

#include "models/data/dataset.hpp"
#include "models/nets/branchy_network.hpp"

namespace offramp {

/// Gives a network what it takes from the pixels of its training images: mean and deviation of each channel,
/// and what its whitening layers are fitted to.
void take_pixel_statistics(BranchyNetwork& network, const LabelledImages& images);

}  // namespace offramp
