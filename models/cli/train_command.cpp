#include <fmt/format.h>

#include <cstdint>
#include <memory>

#include "models/cli/subcommands.hpp"
#include "models/data/people_dataset.hpp"
#include "models/training/train_model.hpp"
#include "models/training/train_people.hpp"

namespace offramp {
namespace {

struct TrainOptions {
  ModelAndData common;
  std::optional<int> epochs;
  std::optional<std::uint64_t> seed;
};

void train(const TrainOptions& options) {
  const ModelDescription model = options.common.description();
  TrainingRecipe recipe = read_recipe(model);
  std::string command = "offramp train " + options.common.model;
  if (options.epochs) {
    recipe.epochs = *options.epochs;
    command += fmt::format(" --epochs {}", recipe.epochs);
  }
  if (options.seed) {
    recipe.seed = *options.seed;
    command += fmt::format(" --seed {}", recipe.seed);
  }
  if (is_people_dataset(model.dataset, options.common.data)) {
    const PeopleDataset data = load_people_dataset(model.dataset, options.common.data, model.input);
    fmt::print("{}", train_people_counter(model, data, recipe, command));
  } else {
    const CardFacts facts =
        train_model(model, load_dataset(model.dataset, options.common.data), recipe, command);
    fmt::print("{}", card_results(facts));
  }
  fmt::print(stderr,
             "weights and card are in {}; a profile of the old weights no longer fits: offramp profile {}\n",
             model.directory.string(), options.common.model);
}

}  // namespace

void add_train_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("train", "Train a network with its exits; goes on where it was interrupted");
  command->footer("Example: offramp train b_lenet_fashion --epochs 10");
  const auto options = std::make_shared<TrainOptions>();
  options->common.add_to(*command);
  command->add_option("--epochs", options->epochs, "instead of training.epochs in model.yaml")
      ->check(CLI::Range(1, 100000));
  command->add_option("--seed", options->seed, "of all randomness");
  command->callback([options] { train(*options); });
}

}  // namespace offramp
