#include "models/nets/darknet53_blocks.hpp"
#include "models/nets/plans.hpp"

namespace offramp {

// Hu et al. put their exits behind conv2, conv5 and conv8; counted as in darknet53_blocks.hpp, each of these
// ends a block, so that one feature travels.
NetworkPlan darknet53_plan(NetworkOptions& options, std::int64_t classes) {
  const std::int64_t width = options.number("width", 32, 2, 1024);
  NetworkPlan plan;
  plan.trunk = darknet53_blocks({.width = width});
  plan.classifier = {global_average_pool(), linear(classes)};
  for (const std::string& after : options.exits_after({"conv2", "conv5", "conv8"}))
    plan.early_exits.push_back(
        {after, in_order(conv_bn_leaky(4 * width, 3, 2), global_average_pool()), {linear(classes)}, {}});
  return plan;
}

}  // namespace offramp
