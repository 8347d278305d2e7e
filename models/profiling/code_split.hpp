#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "models/codec/codec.hpp"
#include "models/data/dataset.hpp"
#include "models/nets/branchy_network.hpp"
#include "models/profiling/logits.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// The feature of each image that travels when the network is cut behind `last_device_exit` (-1: the
/// pixels themselves), [images, channels, height, width].
torch::Tensor split_feature(BranchyNetwork& network, int last_device_exit, const torch::Tensor& pixels);

/// Lets a codec that chooses its parameters from samples see the features of 256 training images, evenly
/// spread over them (what travels when nothing was coded before). Does nothing with one that needs none.
void fit_to_training_images(Codec& codec, BranchyNetwork& network, int last_device_exit,
                            const FeatureShape& shape, const LabelledImages& train);

/// A codec where the network is cut.
struct CodedCut {
  int last_exit;  ///< before the cut; -1: the pixels travel
  FeatureShape shape;
  const Codec& codec;
};

/// Sends every image of the sets through one codec at one split point, one image at a time and in order,
/// and lets the rest of the network answer on what arrives.
/// @param before      a cut that the image crosses first: then the network runs from there on what its codec
///                    delivered, and `exact` refers to that; null: none
/// @param sets        one CodedSet each comes back, in this order
/// @param storage     receives what the result's spans point into
/// @param after_batch called with the number of images done since the last call
/// @throws std::logic_error when a codec that promises to be lossless is not
CodecAnswers code_split(BranchyNetwork& network, const CodedCut* before, const CodedCut& cut,
                        const std::vector<const LabelledImages*>& sets,
                        std::vector<std::shared_ptr<const void>>& storage,
                        const std::function<void(std::size_t)>& after_batch);

}  // namespace offramp
