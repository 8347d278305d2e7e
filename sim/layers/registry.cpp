#include "sim/layers/registry.hpp"

#include <fmt/format.h>

#include <functional>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr FeatureShape kSmallPicture{3, 32, 32};
constexpr FeatureShape kLargePicture{3, 224, 224};

struct Entry {
  std::string name;
  FeatureShape input;
  std::size_t classes = 0;
  std::int64_t least_side = 0;  ///< the deepest feature has one pixel
  std::function<LayerPlan(const FeatureShape&, std::size_t)> make;
};

const std::vector<Entry>& registry() {
  static const std::vector<Entry> entries = [] {
    std::vector<Entry> made;
    for (const std::size_t depth : {20, 32, 44, 56, 110})
      made.push_back(
          {fmt::format("resnet{}", depth), kSmallPicture, 10, 4,
           [depth](const auto& input, auto classes) { return resnet_cifar(depth, input, classes); }});
    for (const std::size_t depth : {18, 34, 50})
      made.push_back(
          {fmt::format("resnet{}", depth), kLargePicture, 1000, 32,
           [depth](const auto& input, auto classes) { return resnet_imagenet(depth, input, classes); }});
    made.push_back({"mobilenet_v2", kLargePicture, 1000, 32, mobilenet_v2});
    made.push_back({"efficientnet_b0", kLargePicture, 1000, 32, efficientnet_b0});
    return made;
  }();
  return entries;
}

}  // namespace

std::vector<std::string> list_layer_plans() {
  std::vector<std::string> names;
  for (const Entry& entry : registry()) names.push_back(entry.name);
  return names;
}

std::optional<LayerPlan> find_layer_plan(const std::string& network, std::optional<FeatureShape> input,
                                         std::optional<std::size_t> classes) {
  for (const Entry& entry : registry()) {
    if (entry.name != network) continue;
    const FeatureShape shape = input.value_or(entry.input);
    if (shape.height < entry.least_side || shape.width < entry.least_side)
      throw UserError(
          fmt::format("{} halves its input until at least {}x{} pixels are needed; the input is {}x{}",
                      network, entry.least_side, entry.least_side, shape.height, shape.width));
    return entry.make(shape, classes.value_or(entry.classes));
  }
  return std::nullopt;
}

}  // namespace offramp
