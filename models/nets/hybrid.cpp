#include "models/nets/mobilenet_blocks.hpp"
#include "models/nets/plans.hpp"
#include "models/nets/resnet9_blocks.hpp"

namespace offramp {

// Hybrid cloud-edge networks (ICLR 2022 submission): an edge net with a router, which learns whether the
// cloud would do better, and a cloud net that reads the raw image. So the feature that travels at "exit 0" is
// the image itself. The router reads what the edge net's classifier reads: the edge needs no more memory for
// it than 8 thousand numbers. Weights of mobilenet and resnet9_late fit under edge_ and cloud_.
NetworkPlan hybrid_plan(NetworkOptions& options, std::int64_t classes) {
  const std::int64_t edge_width = options.number("edge_width", 16, 8, 512);
  const std::int64_t cloud_width = options.number("cloud_width", 64, 4, 1024);
  const std::int64_t router_width = options.number("router_width", 64, 1, 4096);
  NetworkPlan plan;
  plan.trunk = {{"image", {}}, {"cloud", chains(prefixed("cloud_", resnet9_late_blocks(cloud_width)))}};
  plan.classifier = {chain("cloud_classifier", resnet9_classifier(classes))};
  plan.early_exits = {{"image",
                       chains(prefixed("edge_", mobilenet_blocks(edge_width))),
                       {chain("edge_classifier", {linear(classes)})},
                       {linear(router_width), relu(), linear(1)}}};
  return plan;
}

}  // namespace offramp
