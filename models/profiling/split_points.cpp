#include "models/profiling/split_points.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "models/profiling/code_split.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace {

FeatureShape shape_of(const torch::Tensor& feature) {
  return {feature.size(1), feature.size(2), feature.size(3)};
}

std::size_t split_index(const ExitProfile& profile, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < profile.splits.size(); ++i) {
    if (profile.splits[i].name == name) return i;
    names.push_back(profile.splits[i].name);
  }
  throw UserError(
      fmt::format("\"{}\" is no split point of {}; it has: {}", name, profile.model, fmt::join(names, ", ")));
}

/// A codec may refuse a shape: JPEG codes pictures of 1 or 3 channels only.
void require_codable(Codec& codec, const SplitPoint& split) {
  try {
    const std::vector<float> nothing(static_cast<std::size_t>(split.shape.elements()));
    if (codec.needs_fit()) codec.fit(split.shape, nothing);
    codec.make_encoder(split.shape);
  } catch (const std::invalid_argument& refusal) {
    throw UserError(fmt::format("{} at \"{}\": {}", codec.name(), split.name, refusal.what()));
  }
}

}  // namespace

std::vector<SplitPoint> split_points(BranchyNetwork& network, const FeatureShape& input) {
  const torch::NoGradGuard no_grad;
  network.eval();
  const torch::Tensor pixels = torch::zeros({1, input.channels, input.height, input.width});
  std::vector<SplitPoint> splits{{"input", input, {}}};
  for (int exit = 0; exit + 1 < network.num_exits(); ++exit)
    splits.push_back({fmt::format("exit {}", exit), shape_of(split_feature(network, exit, pixels)), {}});
  return splits;
}

Hop hop_for(const ExitProfile& profile, const std::string& split_name, const std::string& codec) {
  Hop hop{split_index(profile, split_name), make_codec(codec)};
  const SplitPoint& split = profile.splits[hop.split];
  const bool codes_images = hop.codec->signal() == Signal::image;
  // Where an exit's feature is the image itself, either kind will do.
  if (codes_images ? !profile.carries_image(split) : split.name == "input")
    throw UserError(fmt::format("{} codes {}, but {} travel at \"{}\"", codec,
                                codes_images ? "images" : "features", codes_images ? "features" : "images",
                                split.name));
  require_codable(*hop.codec, split);
  return hop;
}

}  // namespace offramp
