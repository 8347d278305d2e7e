#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>

#include "models/codec/codec.hpp"
#include "models/data/dataset.hpp"
#include "models/nets/branchy_network.hpp"
#include "models/profiling/coded_stream.hpp"

namespace offramp {

/// The device's part of a network that is trained no more, and the codec behind it: what lies behind the cut
/// learns from what arrives (Choi and Bajic, ICIP 2018, train the cloud's part on decoded features).
class FrozenEdge {
 public:
  /// @param behind  "exit 1:hevc_qp40"
  /// @param train   from which a codec that must be fitted is fitted
  /// @throws UserError for a split or codec that there is not, or that do not fit
  FrozenEdge(BranchyNetwork& network, const std::string& behind, const LabelledImages& train);

  int last_exit() const { return last_exit_; }  ///< -1: the image itself is coded
  /// What the decoder gives of each image's feature, each by itself. Leaves the network in training mode.
  /// @param pixels  f32, whole numbers in 0..255, [images, channels, height, width]
  torch::Tensor deliver(const torch::Tensor& pixels);

 private:
  BranchyNetwork& network_;
  int last_exit_;
  std::unique_ptr<Codec> codec_;
  std::unique_ptr<CodedStream> stream_;
};

}  // namespace offramp
