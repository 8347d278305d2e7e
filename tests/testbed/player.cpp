// The processes of a testbed without networks: what the tiny model's profile says stands in for them, so that
// all else can be tested without LibTorch. A payload names its image.

#include <algorithm>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string_view>

#include "sim/policy/exit_judge.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/testbed/child_side.hpp"

using namespace offramp;

namespace {

struct Played {
  ExitProfile profile;
  std::size_t test;
  const SplitPoint* split;
  const CodecAnswers* coded;

  explicit Played(const WorkOrder::Route& route)
      : profile(read_exit_profile(route.model_directory + "/profile.safetensors")),
        test(profile.set_index("test")),
        split(profile.find_split(
            route.last_device_exit < 0 ? "input" : "exit " + std::to_string(route.last_device_exit))),
        coded(split->find_codec(route.codec)) {}
};

std::uint16_t largest(std::span<const float> logits) {
  return static_cast<std::uint16_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

class PlayedEdge final : public EdgeWork {
 public:
  explicit PlayedEdge(const WorkOrder& order) : order_(order) {
    for (const WorkOrder::Route& route : order.routes) played_.emplace_back(route);
  }

  EdgeResult run(std::uint32_t device, std::uint32_t image) override {
    const WorkOrder::Route& route = order_.routes[order_.devices[device].route];
    const Played& played = played_[order_.devices[device].route];
    const auto policy = make_exit_policy(
        route.rule, {route.num_exits, route.num_classes, route.last_device_exit, route.has_routers});
    ExitJudge judge(*policy, 1, route.temperatures);
    for (int exit = 0; exit <= route.last_device_exit; ++exit) {
      const auto at = static_cast<std::size_t>(exit);
      if (!policy->asks(at)) continue;
      const auto logits =
          played.profile.sets[played.test].logits[at].subspan(image * route.num_classes, route.num_classes);
      if (judge.ask(at, logits, {}).front() != 0) return {exit, largest(logits), {}};
    }
    EdgeResult result;
    result.payload.resize(played.coded->sets[played.test].coded_bytes[image]);
    std::memcpy(result.payload.data(), &image, sizeof image);
    return result;
  }

 private:
  const WorkOrder& order_;
  std::vector<Played> played_;
};

class PlayedCloud final : public CloudWork {
 public:
  explicit PlayedCloud(const WorkOrder& order) : order_(order) {
    for (const WorkOrder::Route& route : order.routes) played_.emplace_back(route);
  }

  Feature decode(std::uint32_t, std::span<const std::uint8_t> payload) override {
    std::uint32_t image = 0;
    if (payload.size() < sizeof image) throw std::runtime_error("a payload without an image");
    std::memcpy(&image, payload.data(), sizeof image);
    return {static_cast<float>(image)};
  }

  std::vector<Answer> run(std::uint16_t route, const std::vector<Feature>& batch) override {
    const Played& played = played_[route];
    const std::size_t classes = order_.routes[route].num_classes;
    const std::size_t final_exit = order_.routes[route].num_exits - 1;
    const auto logits = played.profile.logits_behind(*played.split, *played.coded, played.test, final_exit);
    std::vector<Answer> answers;
    for (const Feature& feature : batch) {
      const auto image = static_cast<std::size_t>(feature.front());
      answers.push_back(
          {static_cast<std::uint8_t>(final_exit), largest(logits.subspan(image * classes, classes))});
    }
    return answers;
  }

 private:
  const WorkOrder& order_;
  std::vector<Played> played_;
};

}  // namespace

int main(int, char** argv) {
  try {
    if (std::string_view(argv[1]) == "testbed-devices")
      serve_devices(std::cin, std::cout, [](const WorkOrder& o) { return std::make_unique<PlayedEdge>(o); });
    else
      serve_cloud(std::cin, std::cout, [](const WorkOrder& o) { return std::make_unique<PlayedCloud>(o); });
  } catch (const std::exception& error) {
    std::cerr << "player: " << error.what() << "\n";
    return 1;
  }
}
