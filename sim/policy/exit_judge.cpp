#include "sim/policy/exit_judge.hpp"

#include <algorithm>
#include <utility>

namespace offramp {

ExitJudge::ExitJudge(const ExitPolicy& policy, std::size_t images, std::vector<double> temperatures)
    : policy_(policy), temperatures_(std::move(temperatures)), named_(images, -1), agreeing_(images, 0) {}

std::vector<std::uint8_t> ExitJudge::ask(std::size_t exit, std::span<const float> logits,
                                         std::span<const float> routers) {
  const std::size_t images = named_.size();
  const std::size_t classes = images == 0 ? 0 : logits.size() / images;
  const double temperature = exit < temperatures_.size() ? temperatures_[exit] : 1;
  std::vector<float> scaled(classes);
  std::vector<std::uint8_t> accepted(images, 0);
  for (std::size_t image = 0; image < images; ++image) {
    std::span<const float> one = logits.subspan(image * classes, classes);
    const auto named = static_cast<std::int32_t>(std::max_element(one.begin(), one.end()) - one.begin());
    agreeing_[image] = named == named_[image] ? agreeing_[image] + 1 : 0;
    named_[image] = named;
    if (temperature != 1) {
      std::ranges::transform(one, scaled.begin(),
                             [&](float logit) { return static_cast<float>(logit / temperature); });
      one = scaled;
    }
    ExitAnswer answer;
    answer.exit = exit;
    answer.logits = one;
    answer.agreeing = agreeing_[image];
    if (!routers.empty()) answer.router_logit = routers[image];
    accepted[image] = policy_.accepts(answer) ? 1 : 0;
  }
  return accepted;
}

}  // namespace offramp
