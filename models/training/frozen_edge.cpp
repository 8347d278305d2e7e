#include "models/training/frozen_edge.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "models/profiling/code_split.hpp"
#include "models/profiling/inference.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"

namespace offramp {

FrozenEdge::FrozenEdge(BranchyNetwork& network, const std::string& behind, const LabelledImages& train)
    : network_(network) {
  const Place place{"training.behind"};
  const std::size_t colon = behind.find(':');
  if (colon == std::string::npos)
    throw UserError(place, fmt::format("found \"{}\"; write SPLIT:CODEC, as \"exit 0:int8_zstd\"", behind));
  const std::string split = behind.substr(0, colon);
  last_exit_ = last_exit_before(split);
  if (last_exit_ + 1 >= network.num_exits())
    throw UserError(place, fmt::format("nothing lies behind \"{}\" of a network with {} exits", split,
                                       network.num_exits()));
  codec_ = make_codec(behind.substr(colon + 1));
  if (codec_->stateful())
    throw UserError(place,
                    fmt::format("{} codes a stream in its order; training mixes images", codec_->name()));
  const torch::NoGradGuard no_grad;
  network.eval();
  const torch::Tensor feature = split_feature(network, last_exit_, pixel_batch(train, 0, 1));
  const FeatureShape shape{feature.size(1), feature.size(2), feature.size(3)};
  if (codec_->signal() == Signal::image && shape != train.shape)
    throw UserError(place,
                    fmt::format("{} codes images, and features travel at \"{}\"", codec_->name(), split));
  fit_to_training_images(*codec_, network, last_exit_, shape, train);
  try {
    stream_ = std::make_unique<CodedStream>(*codec_, shape);
  } catch (const std::invalid_argument& refusal) {
    throw UserError(place, fmt::format("{} at \"{}\": {}", codec_->name(), split, refusal.what()));
  }
}

torch::Tensor FrozenEdge::deliver(const torch::Tensor& pixels) {
  torch::Tensor arrived;
  {
    const torch::NoGradGuard no_grad;
    network_.eval();
    arrived = stream_->send(split_feature(network_, last_exit_, pixels));
  }
  network_.train();
  return arrived;
}

}  // namespace offramp
