#include "models/training/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "models/training/checkpoint.hpp"
#include "sim/core/error.hpp"
#include "sim/core/progress.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr int kLossSteps = 50;  // the progress line shows the mean over so many

void set_learning_rate(torch::optim::Optimizer& optimizer, double rate) {
  for (auto& group : optimizer.param_groups()) group.options().set_lr(rate);
}

/// From `highest` to zero. @param done  share of the way
double half_cosine(double highest, double done) {
  return 0.5 * highest * (1 + std::cos(std::numbers::pi * done));
}

std::unique_ptr<torch::optim::Optimizer> make_optimizer(BranchyNetwork& network,
                                                        const TrainingRecipe& recipe) {
  if (recipe.optimizer == "adamw")
    return std::make_unique<torch::optim::AdamW>(
        network.parameters(),
        torch::optim::AdamWOptions(recipe.learning_rate).weight_decay(recipe.weight_decay));
  std::vector<torch::Tensor> decayed;
  std::vector<torch::Tensor> others;
  for (const torch::Tensor& tensor : network.parameters())
    (tensor.dim() > 1 ? decayed : others).push_back(tensor);
  const auto options = [&](double decay) {
    return std::make_unique<torch::optim::SGDOptions>(torch::optim::SGDOptions(recipe.learning_rate)
                                                          .momentum(recipe.momentum)
                                                          .nesterov(true)
                                                          .weight_decay(decay));
  };
  return std::make_unique<torch::optim::SGD>(
      std::vector<torch::optim::OptimizerParamGroup>{{decayed, options(recipe.weight_decay)},
                                                     {others, options(0)}},
      *options(0));
}

/// One pass over the training data.
class Epoch {
 public:
  Epoch(BranchyNetwork& network, TrainingTask& task, torch::optim::Optimizer& optimizer,
        const TrainingRecipe& recipe, int number)
      : network_(network), task_(task), optimizer_(optimizer), recipe_(recipe), number_(number) {}

  /// @return the mean loss
  /// @param steps_before  of this call of the program, for the progress line
  double run(Progress& progress, std::uint64_t steps_before, const std::string& note) {
    // Networks with dropout draw from torch's generator: it too starts anew with each epoch.
    torch::manual_seed(recipe_.seed * 1000003 + static_cast<std::uint64_t>(number_));
    network_.train();
    task_.begin(number_);
    const int batches = task_.batches();
    const double steps = static_cast<double>(batches) * recipe_.epochs;
    double sum = 0;
    double recent = 0;
    for (int step = 0; step < batches; ++step) {
      rate_ = learning_rate_at((static_cast<double>(number_ - 1) * batches + step) / steps, recipe_);
      set_learning_rate(optimizer_, rate_);
      const double loss = step_once();
      if (!std::isfinite(loss))
        throw UserError(
            fmt::format("the loss is {} at epoch {}, step {}; the last checkpoint stays as it was: lower "
                        "training.learning_rate in model.yaml and train again",
                        loss, number_, step + 1));
      sum += loss;
      recent = step == 0 ? loss : recent + (loss - recent) / std::min(step + 1, kLossSteps);
      progress.update(steps_before + static_cast<std::uint64_t>(step) + 1,
                      fmt::format("epoch {} of {}, loss {:.3f}{}", number_, recipe_.epochs, recent, note));
    }
    return sum / batches;
  }

  double learning_rate() const { return rate_; }

 private:
  double step_once() {
    optimizer_.zero_grad();
    const torch::Tensor loss = task_.next_loss(network_);
    const double value = loss.item<double>();
    if (std::isfinite(value)) {
      loss.backward();
      optimizer_.step();
    }
    return value;
  }

  BranchyNetwork& network_;
  TrainingTask& task_;
  torch::optim::Optimizer& optimizer_;
  const TrainingRecipe& recipe_;
  int number_;
  double rate_ = 0;
};

}  // namespace

double learning_rate_at(double done, const TrainingRecipe& recipe) {
  if (recipe.restart_epochs > 0) {
    const double first = 1 - static_cast<double>(recipe.restart_epochs) / recipe.epochs;
    if (done >= first) return half_cosine(0.5 * recipe.learning_rate, (done - first) / (1 - first));
    done /= first;
  }
  if (done < recipe.warmup) return recipe.learning_rate * done / recipe.warmup;
  return half_cosine(recipe.learning_rate,
                     recipe.warmup > 0 ? (done - recipe.warmup) / (1 - recipe.warmup) : done);
}

std::vector<EpochReport> train_network(BranchyNetwork& network, TrainingTask& task,
                                       const TrainingRecipe& recipe, const std::string& what,
                                       const fs::path& directory,
                                       const std::function<void(const EpochReport&)>& after_epoch) {
  using Clock = std::chrono::steady_clock;
  const fs::path checkpoint = directory / "checkpoint.pt";
  const fs::path log = directory / "training.csv";
  fs::create_directories(directory);

  task.prepare(network);
  const std::unique_ptr<torch::optim::Optimizer> made = make_optimizer(network, recipe);
  torch::optim::Optimizer& optimizer = *made;
  std::vector<EpochReport> history;
  if (fs::exists(checkpoint)) {
    const auto done = static_cast<std::size_t>(load_checkpoint(checkpoint, network, optimizer));
    if (fs::exists(log)) history = read_training_log(log);
    // The log is written first: an interruption between the two leaves it one row ahead.
    if (history.size() > done) history.resize(done);
    if (history.size() != done)
      throw UserError(Place{directory.string()},
                      "checkpoint and log do not fit; delete the folder to train from the start");
    fmt::print(stderr, "{}: goes on behind epoch {} of {} ({})\n", what, done, recipe.epochs,
               checkpoint.string());
  }

  const auto batches = static_cast<std::uint64_t>(task.batches());
  const int first = static_cast<int>(history.size()) + 1;
  Progress progress("training " + what,
                    batches * static_cast<std::uint64_t>(std::max(0, recipe.epochs - first + 1)));
  std::string note;
  for (int number = first; number <= recipe.epochs; ++number) {
    const auto start = Clock::now();
    Epoch epoch(network, task, optimizer, recipe, number);
    EpochReport report;
    report.epoch = number;
    report.train_loss = epoch.run(progress, batches * static_cast<std::uint64_t>(number - first), note);
    report.learning_rate = epoch.learning_rate();
    task.validate(network, report);
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    note.clear();
    for (const double accuracy : report.validation_accuracy)
      note += fmt::format(", {:.2f} %", 100 * accuracy);
    history.push_back(report);
    write_training_log(log, history);
    save_checkpoint(checkpoint, network, optimizer, number);
    after_epoch(report);
  }
  return history;
}

}  // namespace offramp
