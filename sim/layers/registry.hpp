#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/layers/layer_plan.hpp"

namespace offramp {

/// He et al.'s residual networks for 32x32 pictures: 6 n + 2 layers, shortcuts without parameters.
LayerPlan resnet_cifar(std::size_t depth, const FeatureShape& input, std::size_t classes);
/// He et al.'s residual networks of 18, 34 and 50 layers, as torchvision builds them.
LayerPlan resnet_imagenet(std::size_t depth, const FeatureShape& input, std::size_t classes);
LayerPlan mobilenet_v2(const FeatureShape& input, std::size_t classes);
LayerPlan efficientnet_b0(const FeatureShape& input, std::size_t classes);

/// The networks that are known by description, in order of their size.
std::vector<std::string> list_layer_plans();

/// @param input    by default what the network was published for
/// @param classes  likewise
/// @return nothing when there is no such network
/// @throws UserError when the input is too small for it
std::optional<LayerPlan> find_layer_plan(const std::string& network, std::optional<FeatureShape> input = {},
                                         std::optional<std::size_t> classes = {});

}  // namespace offramp
