#include "models/training/recipe.hpp"

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/synthetic_data.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a recipe is read from the description with one weight an exit") {
  ModelDescription model = synthetic_model("/nowhere");
  model.training = {{"epochs", "7"}, {"learning_rate", "0.01"}, {"exit_weights", "0.5, 1"}, {"flip", "true"}};
  const TrainingRecipe recipe = read_recipe(model);
  REQUIRE(recipe.epochs == 7);
  REQUIRE(recipe.learning_rate == 0.01);
  REQUIRE(recipe.exit_weights == std::vector<double>{0.5, 1.0});
  REQUIRE(recipe.flip);
  model.training = {};
  REQUIRE(read_recipe(model).exit_weights == std::vector<double>{1.0, 1.0});
}

TEST_CASE("all mistakes of a recipe are reported together") {
  ModelDescription model = synthetic_model("/nowhere");
  model.training = {
      {"epoch", "7"}, {"batch", "many"}, {"exit_weights", "1"}, {"flip", "yes"}, {"shift", "-1"}};
  try {
    read_recipe(model);
    FAIL("no error");
  } catch (const UserError& error) {
    REQUIRE(error.problems().size() == 5);
    std::string all;
    for (const Problem& problem : error.problems()) all += problem.text() + "\n";
    REQUIRE_THAT(all, ContainsSubstring("model.yaml") && ContainsSubstring("did you mean \"epochs\"?"));
    REQUIRE_THAT(all,
                 ContainsSubstring("training.batch: found \"many\"; write a whole number from 1 to 65536"));
    REQUIRE_THAT(all, ContainsSubstring("2 weights") && ContainsSubstring("true or false") &&
                          ContainsSubstring("0 to 64"));
  }
}

TEST_CASE("a recipe has no key by which its kind of network does not learn") {
  ModelDescription model = synthetic_model("/nowhere");
  model.training = {{"zoom", "0.1"}, {"masked", "0.5"}, {"cutout", "4"}};
  const auto complaints = [&] {
    std::string all;
    try {
      read_recipe(model);
    } catch (const UserError& error) {
      for (const Problem& problem : error.problems()) all += problem.text() + "\n";
    }
    return all;
  };
  REQUIRE_THAT(complaints(),
               ContainsSubstring("training.zoom: b_lenet does not learn by it, it answers with a "
                                 "class for the picture; leave it out") &&
                   ContainsSubstring("training.masked") && !ContainsSubstring("cutout"));
  model.cells = CellGrid{7, 7};
  REQUIRE_THAT(complaints(), ContainsSubstring("training.cutout: b_lenet does not learn by it, it answers by "
                                               "cells") &&
                                 !ContainsSubstring("zoom"));
}

TEST_CASE("a recipe's text names what is not as in BranchyNet's, and nothing else") {
  ModelDescription model = synthetic_model("/nowhere");
  model.training = {};
  const std::string plain = read_recipe(model).text();
  REQUIRE_THAT(plain, !ContainsSubstring("optimizer") && !ContainsSubstring("warmup"));
  model.training = {
      {"optimizer", "sgd"}, {"warmup", "0.2"}, {"init_from", "edge_=mobilenet_cifar10, resnet_cifar10"}};
  const TrainingRecipe recipe = read_recipe(model);
  REQUIRE(recipe.init_from == std::vector<std::string>{"edge_=mobilenet_cifar10", "resnet_cifar10"});
  REQUIRE(recipe.text() ==
          plain +
              ", optimizer sgd, momentum 0.9, warmup 0.2, init_from [edge_=mobilenet_cifar10, "
              "resnet_cifar10]");
  model.training = {{"behind", "exit 0:int8_zstd"}};
  REQUIRE_THROWS_WITH(read_recipe(model),
                      ContainsSubstring("training.behind") && ContainsSubstring("init_from: [ENTRY]"));
  model.training = {{"epochs", "5"}, {"restart_epochs", "5"}};
  REQUIRE_THROWS_WITH(read_recipe(model),
                      ContainsSubstring("training.restart_epochs: found \"5\"; write fewer than epochs, 5"));
  model.training = {{"blended", "0.5"}};
  REQUIRE_THROWS_WITH(read_recipe(model),
                      ContainsSubstring("training.blended") && ContainsSubstring("teachers: [ENTRY, ...]"));
  model.training = {{"teachers", "b_resnet_cifar10, resnet_half_cifar10"}, {"blended", "0.5"}};
  REQUIRE(read_recipe(model).text() ==
          plain +
              ", teachers [b_resnet_cifar10, resnet_half_cifar10], taught 1, distillation_temperature 2, "
              "blended 0.5");
  model.training = {{"optimizer", "adam"}};
  REQUIRE_THROWS_WITH(read_recipe(model),
                      ContainsSubstring("training.optimizer: found \"adam\"; write adamw or sgd"));
}
