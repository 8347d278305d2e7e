#include "models/training/classification_task.hpp"

#include <vector>

#include "models/profiling/inference.hpp"
#include "models/training/autocast.hpp"
#include "models/training/joint_loss.hpp"
#include "models/training/pixel_statistics.hpp"

namespace offramp {

torch::Tensor ClassificationTask::loss_of(const std::vector<HeadAnswer>& answers, const Batch& batch) {
  const std::vector<double> weights(recipe_.exit_weights.end() - static_cast<std::ptrdiff_t>(answers.size()),
                                    recipe_.exit_weights.end());
  std::vector<torch::Tensor> logits;
  std::vector<torch::Tensor> routers;
  for (const HeadAnswer& answer : answers) {
    logits.push_back(answer.logits);
    if (answer.router.defined()) routers.push_back(answer.router);
  }
  const bool labelled = batch.labels.defined();
  const double taught = teachers_.empty() ? 0 : labelled ? recipe_.taught : 1;
  torch::Tensor loss = torch::zeros({});
  if (taught < 1) loss = (1 - taught) * joint_loss(logits, batch.labels, weights, recipe_.label_smoothing);
  if (taught > 0)
    loss =
        loss + taught * taught_loss(logits, teachers_.answers(batch.pixels, recipe_.distillation_temperature),
                                    weights, recipe_.distillation_temperature);
  if (recipe_.distillation > 0 && logits.size() > 1)
    loss = loss + recipe_.distillation * distillation_loss(logits, recipe_.distillation_temperature);
  if (!routers.empty() && labelled)
    loss = loss + recipe_.router_weight * router_loss(logits, routers, batch.labels);
  return loss;
}

void ClassificationTask::prepare(BranchyNetwork& network) {
  if (recipe_.behind.empty())
    take_pixel_statistics(network, data_.train);
  else
    edge_.emplace(network, recipe_.behind, data_.train);
}

torch::Tensor ClassificationTask::next_loss(BranchyNetwork& network) {
  const Batch batch = source_->next();
  if (!edge_) {
    const Autocast autocast(recipe_.bf16);
    return loss_of(network.all_answers(batch.pixels), batch);
  }
  // In f32, as the profile codes it.
  torch::Tensor x = edge_->deliver(batch.pixels);
  const Autocast autocast(recipe_.bf16);
  std::vector<HeadAnswer> answers;
  for (int exit = edge_->last_exit() + 1; exit < network.num_exits(); ++exit) {
    x = network.backbone(exit, x);
    answers.push_back(network.answer(exit, x));
  }
  return loss_of(answers, batch);
}

void ClassificationTask::validate(BranchyNetwork& network, EpochReport& report) {
  // A few images may fall otherwise than in 32-bit floats; the card's figures are not from here.
  const Autocast autocast(recipe_.bf16);
  report.validation_accuracy =
      accuracy_of_exits(run_all_exits(network, data_.validation), data_.validation.labels);
}

}  // namespace offramp
