#include "models/nets/mobilenet_blocks.hpp"
#include "models/nets/plans.hpp"
#include "models/nets/resnet9_blocks.hpp"

namespace offramp {

// Kermani et al.: MobileNet classifies at the edge; what it is unsure of crosses to a ResNet in the cloud, as
// the feature of MobileNet's first blocks, which a converter of convolutions brings down to C channels of 8x8
// and up again to what the ResNet's second stage would have said. Three exits: 0, MobileNet's answer; 1, a
// small classifier on the converted feature, so that the network can be cut behind the converter, which
// therefore costs only what is not answered at exit 0; 2, the ResNet's answer. Weights of mobilenet and
// resnet9 fit under edge_ and cloud_.
NetworkPlan bridge_plan(NetworkOptions& options, std::int64_t classes) {
  const std::int64_t edge_width = options.number("edge_width", 16, 8, 512);
  const std::int64_t cloud_width = options.number("cloud_width", 32, 4, 1024);
  const std::int64_t channels = options.number("converter_channels", 4, 1, 32);
  constexpr std::size_t kFirst = 3;  // stem, block1, block2: 16x16 behind them

  const std::vector<Block> edge = prefixed("edge_", mobilenet_blocks(edge_width));
  const std::vector<Block> cloud = prefixed("cloud_", resnet9_blocks(cloud_width));
  NetworkPlan plan;
  plan.trunk = {
      {"edge", chains({edge.begin(), edge.begin() + kFirst})},
      {"converter", in_order(conv_bn_relu(2 * edge_width, 3, 2), conv_bn_relu(channels, 1))},
      {"cloud", in_order(conv_bn_relu(4 * cloud_width, 3), chains({cloud.begin() + 4, cloud.end()}))}};
  plan.classifier = {chain("cloud_classifier", resnet9_classifier(classes))};
  plan.early_exits = {{"edge",
                       chains({edge.begin() + kFirst, edge.end()}),
                       {chain("edge_classifier", {linear(classes)})},
                       {}},
                      {"converter", {flatten()}, {linear(classes)}, {}}};
  return plan;
}

}  // namespace offramp
