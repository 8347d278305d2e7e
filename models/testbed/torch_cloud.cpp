#include <cstring>
#include <numeric>

#include "models/profiling/one_thread.hpp"
#include "models/testbed/network_route.hpp"
#include "models/testbed/torch_work.hpp"

namespace offramp {
namespace {

class TorchCloud final : public CloudWork {
 public:
  explicit TorchCloud(const WorkOrder& order) : order_(order), routes_(load_routes(order)) {
    for (const WorkOrder::Device& device : order.devices) {
      const NetworkRoute& route = routes_[device.route];
      decoders_.push_back(route.codec ? route.codec->make_decoder(route.shape) : nullptr);
    }
    for (std::uint16_t route = 0; route < routes_.size(); ++route)  // the first run of a network is slow
      for (std::size_t batch = 1; routes_[route].codec && batch <= order.cloud.batch_max; ++batch)
        run(route, std::vector<Feature>(batch, Feature(elements(routes_[route]))));
  }

  Feature decode(std::uint32_t device, std::span<const std::uint8_t> payload) override {
    const NetworkRoute& route = routes_[order_.devices[device].route];
    Feature feature(elements(route));
    decoders_[device]->decode(std::as_bytes(payload), feature);
    return feature;
  }

  std::vector<Answer> run(std::uint16_t number, const std::vector<Feature>& batch) override {
    const torch::NoGradGuard no_grad;
    const NetworkRoute& route = routes_[number];
    const FeatureShape& shape = route.shape;
    torch::Tensor x =
        torch::empty({static_cast<std::int64_t>(batch.size()), shape.channels, shape.height, shape.width},
                     torch::kFloat32);
    for (std::size_t i = 0; i < batch.size(); ++i)
      std::memcpy(x.data_ptr<float>() + i * batch[i].size(), batch[i].data(),
                  batch[i].size() * sizeof(float));
    std::vector<std::unique_ptr<ExitJudge>> judges;
    for (std::size_t i = 0; i < batch.size(); ++i)
      judges.push_back(std::make_unique<ExitJudge>(*route.policy, 1, route.plan.temperatures));
    std::vector<std::int64_t> running(batch.size());  // which image of the batch each row of x is
    std::iota(running.begin(), running.end(), 0);
    std::vector<Answer> answers(batch.size());
    const int final_exit = static_cast<int>(route.plan.num_exits) - 1;
    for (int exit = route.plan.last_device_exit + 1; exit <= final_exit && !running.empty(); ++exit) {
      x = route.model.network->backbone(exit, x);
      if (!route.policy->asks(static_cast<std::size_t>(exit))) continue;
      std::vector<ExitJudge*> asked;
      for (const std::int64_t image : running) asked.push_back(judges[static_cast<std::size_t>(image)].get());
      const std::vector<ExitVerdict> verdicts = ask_exit(route, exit, exit == final_exit, x, asked);
      std::vector<std::int64_t> rows, still;
      for (std::size_t row = 0; row < verdicts.size(); ++row) {
        if (verdicts[row].accepted) {
          answers[static_cast<std::size_t>(running[row])] = {static_cast<std::uint8_t>(exit),
                                                             verdicts[row].named_class};
        } else {
          rows.push_back(static_cast<std::int64_t>(row));
          still.push_back(running[row]);
        }
      }
      if (rows.size() < running.size() && !rows.empty()) x = x.index_select(0, torch::tensor(rows));
      running = std::move(still);
    }
    return answers;
  }

 private:
  static std::size_t elements(const NetworkRoute& route) {
    return static_cast<std::size_t>(route.shape.elements());
  }

  OneThread one_thread_;
  const WorkOrder& order_;
  std::vector<NetworkRoute> routes_;
  std::vector<std::unique_ptr<Decoder>> decoders_;  ///< [device]
};

}  // namespace

std::unique_ptr<CloudWork> make_torch_cloud(const WorkOrder& order) {
  return std::make_unique<TorchCloud>(order);
}

}  // namespace offramp
