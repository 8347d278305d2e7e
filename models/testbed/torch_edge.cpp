#include <cstring>

#include "models/profiling/inference.hpp"
#include "models/profiling/one_thread.hpp"
#include "models/testbed/network_route.hpp"
#include "models/testbed/torch_work.hpp"

namespace offramp {
namespace {

class TorchEdge final : public EdgeWork {
 public:
  explicit TorchEdge(const WorkOrder& order) : order_(order), routes_(load_routes(order)) {
    for (const WorkOrder::Device& device : order.devices) {
      const NetworkRoute& route = routes_[device.route];
      encoders_.push_back(route.codec ? route.codec->make_encoder(route.shape) : nullptr);
    }
    for (const NetworkRoute& route : routes_)  // the first run of a network is slow
      for (std::uint32_t image = 0; image < kWarmUpImages; ++image)
        run_network(route, image, route.codec ? route.codec->make_encoder(route.shape).get() : nullptr);
  }

  EdgeResult run(std::uint32_t device, std::uint32_t image) override {
    return run_network(routes_[order_.devices[device].route], image, encoders_[device].get());
  }

 private:
  static constexpr std::uint32_t kWarmUpImages = 5;

  static EdgeResult run_network(const NetworkRoute& route, std::uint32_t image, Encoder* encoder) {
    const torch::NoGradGuard no_grad;
    ExitJudge judge(*route.policy, 1, route.plan.temperatures);
    torch::Tensor x = pixel_batch(route.data->test, image, 1);
    for (int exit = 0; exit <= route.plan.last_device_exit; ++exit) {
      x = route.model.network->backbone(exit, x);
      if (!route.policy->asks(static_cast<std::size_t>(exit))) continue;
      const bool must_answer = !route.plan.offloads && exit == route.plan.last_device_exit;
      const ExitVerdict verdict = ask_exit(route, exit, must_answer, x, {&judge}).front();
      if (verdict.accepted) return {exit, verdict.named_class, {}};
    }
    const torch::Tensor feature = x.contiguous();
    const std::vector<std::byte> coded =
        encoder->encode({feature.data_ptr<float>(), static_cast<std::size_t>(feature.numel())});
    EdgeResult result;
    result.payload.resize(coded.size());
    std::memcpy(result.payload.data(), coded.data(), coded.size());
    return result;
  }

  OneThread one_thread_;
  const WorkOrder& order_;
  std::vector<NetworkRoute> routes_;
  std::vector<std::unique_ptr<Encoder>> encoders_;  ///< [device]
};

}  // namespace

std::unique_ptr<EdgeWork> make_torch_edge(const WorkOrder& order) {
  return std::make_unique<TorchEdge>(order);
}

}  // namespace offramp
