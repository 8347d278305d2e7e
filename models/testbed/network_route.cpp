#include "models/testbed/network_route.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "models/profiling/code_split.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/model_data.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

std::vector<NetworkRoute> load_routes(const WorkOrder& order) {
  std::map<std::string, std::shared_ptr<const Dataset>> datasets;
  std::vector<NetworkRoute> routes;
  for (const WorkOrder::Route& plan : order.routes) {
    const ModelDescription description =
        read_model_description(plan.model_directory, std::filesystem::current_path());
    auto& data = datasets[description.dataset];
    if (!data) data = std::make_shared<const Dataset>(load_dataset(description.dataset, std::nullopt));
    check_fit(description, *data);
    TrainedModel model = load_trained_model(description);
    auto policy = make_exit_policy(
        plan.rule, {plan.num_exits, plan.num_classes, plan.last_device_exit, plan.has_routers});
    std::unique_ptr<Codec> codec;
    FeatureShape shape = description.input;
    if (plan.offloads) {
      const torch::NoGradGuard no_grad;
      codec = make_codec(plan.codec);
      const torch::Tensor sample =
          split_feature(*model.network, plan.last_device_exit, pixel_batch(data->test, 0, 1));
      shape = {sample.size(1), sample.size(2), sample.size(3)};
      fit_to_training_images(*codec, *model.network, plan.last_device_exit, shape, data->train);
    }
    routes.push_back({plan, std::move(model), data, std::move(policy), std::move(codec), shape});
  }
  return routes;
}

std::vector<ExitVerdict> ask_exit(const NetworkRoute& route, int exit, bool must_answer,
                                  const torch::Tensor& feature, const std::vector<ExitJudge*>& judges) {
  const HeadAnswer answer = route.model.network->answer(exit, feature);
  Logits logits, routers;
  append_logits(logits, answer.logits);
  if (answer.router.defined()) append_numbers(routers, answer.router);
  const auto classes = static_cast<std::size_t>(answer.logits.size(1));
  std::vector<ExitVerdict> verdicts;
  for (std::size_t image = 0; image < judges.size(); ++image) {
    const std::span<const float> one = std::span(logits).subspan(image * classes, classes);
    const std::span<const float> router =
        routers.empty() ? std::span<const float>() : std::span(routers).subspan(image, 1);
    const bool accepted = judges[image]->ask(static_cast<std::size_t>(exit), one, router).front() != 0;
    verdicts.push_back({accepted || must_answer, static_cast<std::uint16_t>(predicted_class(one))});
  }
  return verdicts;
}

}  // namespace offramp
