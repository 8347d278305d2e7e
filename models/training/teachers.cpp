#include "models/training/teachers.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace offramp {

Teachers::Teachers(const ModelDescription& model, const std::vector<std::string>& entries) {
  for (const std::string& entry : entries) {
    const ModelDescription teacher = read_entry_named_by(model, "training.teachers", entry);
    if (teacher.input != model.input || teacher.num_classes != model.num_classes || teacher.cells)
      throw UserError(
          Place{(model.directory / "model.yaml").string()},
          fmt::format("training.teachers: {} does not answer the same question; name classifiers "
                      "of images {}x{}x{} in {} classes",
                      entry, model.input.channels, model.input.height, model.input.width, model.num_classes));
    teachers_.push_back(load_trained_model(teacher));
  }
}

torch::Tensor Teachers::answers(const torch::Tensor& pixels, double temperature) {
  const torch::NoGradGuard no_grad;
  torch::Tensor sum;
  for (const TrainedModel& teacher : teachers_) {
    BranchyNetwork& network = *teacher.network;
    torch::Tensor x = pixels;
    for (int segment = 0; segment < network.num_exits(); ++segment) x = network.backbone(segment, x);
    const torch::Tensor logits = network.head(network.num_exits() - 1, x).to(torch::kFloat32);
    const torch::Tensor answer = torch::softmax(logits / temperature, /*dim=*/1);
    sum = sum.defined() ? sum + answer : answer;
  }
  return sum / static_cast<double>(teachers_.size());
}

}  // namespace offramp
