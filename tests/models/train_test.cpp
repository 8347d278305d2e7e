#include <fstream>
#include <iterator>

#include "models/nets/registry.hpp"
#include "models/nets/trained_model.hpp"
#include "models/nets/weights.hpp"
#include "models/profiling/code_split.hpp"
#include "models/profiling/early_exit.hpp"
#include "models/profiling/inference.hpp"
#include "models/training/classification_task.hpp"
#include "models/training/frozen_edge.hpp"
#include "models/training/start_from_entries.hpp"
#include "models/training/teachers.hpp"
#include "models/training/train_model.hpp"
#include "models/training/trainer.hpp"
#include "sim/core/error.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

struct Interrupted {};

std::shared_ptr<BranchyNetwork> fresh_network(const TrainingRecipe& recipe) {
  torch::manual_seed(recipe.seed);
  return make_network(synthetic_model("/nowhere"));
}

bool same_weights(const BranchyNetwork& a, const BranchyNetwork& b) {
  const auto ours = a.named_parameters();
  for (const auto& item : ours)
    if (!torch::equal(item.value(), b.named_parameters()[item.key()])) return false;
  return true;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<EpochReport> train(BranchyNetwork& network, const Dataset& data, const TrainingRecipe& recipe,
                               const std::string& what, const fs::path& directory,
                               const std::function<void(const EpochReport&)>& after_epoch) {
  ClassificationTask task(data, recipe);
  return train_network(network, task, recipe, what, directory, after_epoch);
}

/// An entry of its own that a recipe can name: B-LeNet as `seed` makes it, with weights.
std::shared_ptr<BranchyNetwork> write_entry(const fs::path& directory, std::uint64_t seed) {
  fs::create_directories(directory);
  std::ofstream(directory / "model.yaml")
      << "network: b_lenet\ndata: squares\ninput: [1, 28, 28]\nclasses: 10\nexits: 2\n";
  torch::manual_seed(seed);
  const auto network = make_network(synthetic_model(directory));
  save_weights(directory / "weights.safetensors", *network,
               weights_metadata(synthetic_model(directory), {0.5}));
  return network;
}

const auto kNothing = [](const EpochReport&) {};

}  // namespace

TEST_CASE("an interrupted training that goes on ends with the weights of one that was not") {
  torch::set_num_threads(1);
  const Dataset data = synthetic_data();
  TrainingRecipe recipe = read_recipe(synthetic_model("/nowhere"));
  recipe.optimizer = GENERATE("adamw", "sgd");
  recipe.warmup = 0.3;
  recipe.label_smoothing = 0.1;
  recipe.distillation = 0.5;
  recipe.flip = true;
  const ScratchDirectory whole;
  const auto uninterrupted = fresh_network(recipe);
  const auto history = train(*uninterrupted, data, recipe, "whole", whole.path(), kNothing);

  const ScratchDirectory halves;
  const auto stop_after_two = [](const EpochReport& report) {
    if (report.epoch == 2) throw Interrupted{};
  };
  const auto first_half = fresh_network(recipe);
  REQUIRE_THROWS_AS(train(*first_half, data, recipe, "halves", halves.path(), stop_after_two), Interrupted);
  REQUIRE_FALSE(same_weights(*first_half, *uninterrupted));

  const auto resumed = fresh_network(recipe);
  const auto rest = train(*resumed, data, recipe, "halves", halves.path(), kNothing);
  REQUIRE(same_weights(*resumed, *uninterrupted));
  REQUIRE(rest.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) REQUIRE(rest[i].train_loss == history[i].train_loss);
}

TEST_CASE("the learning rate rises, falls along half a cosine, and starts again from a half") {
  TrainingRecipe recipe;
  recipe.epochs = 40;
  recipe.learning_rate = 0.2;
  recipe.warmup = 0.2;
  const auto at = [&](double epochs) { return learning_rate_at(epochs / recipe.epochs, recipe); };
  REQUIRE(at(0) == 0);
  REQUIRE(at(4) == Approx(0.1));
  REQUIRE(at(8) == Approx(0.2));
  REQUIRE(at(24) == Approx(0.1));
  REQUIRE(at(40) == Approx(0).margin(1e-12));
  recipe.restart_epochs = 10;  // the first thirty are as thirty alone
  REQUIRE(at(6) == Approx(0.2));
  REQUIRE(at(18) == Approx(0.1));
  REQUIRE(at(29.9999) == Approx(0).margin(1e-9));
  REQUIRE(at(30) == Approx(0.1));
  REQUIRE(at(35) == Approx(0.05));
  REQUIRE(at(40) == Approx(0).margin(1e-12));
}

TEST_CASE("what lies before a cut stays as it is, and what lies behind learns from what the codec delivers") {
  torch::set_num_threads(1);
  const Dataset data = synthetic_data();
  TrainingRecipe recipe = read_recipe(synthetic_model("/nowhere"));
  recipe.epochs = 1;  // far from done
  const auto network = fresh_network(recipe);
  const ScratchDirectory first, second;
  train(*network, data, recipe, "all", first.path(), kNothing);
  // Two bits an element leave little of what exit 1 has learned to read.
  const auto codec = make_codec("int2_zstd");
  const FeatureShape shape{5, 15, 15};
  const auto loss_behind = [&] {
    std::vector<std::shared_ptr<const void>> storage;
    const CodecAnswers answers =
        code_split(*network, nullptr, {0, shape, *codec}, {&data.test}, storage, [](std::size_t) {});
    const std::span<const float> logits = answers.sets[0].logits[0];
    const torch::Tensor rows = torch::tensor(std::vector<float>(logits.begin(), logits.end())).view({-1, 10});
    const torch::Tensor labels =
        torch::tensor(std::vector<int>(data.test.labels.begin(), data.test.labels.end())).to(torch::kInt64);
    return torch::nn::functional::cross_entropy(rows, labels).item<double>();
  };
  const double before = loss_behind();
  std::map<std::string, torch::Tensor> was;
  for (const auto& item : network->named_parameters()) was[item.key()] = item.value().clone();
  recipe.behind = "exit 0:int2_zstd";
  recipe.epochs = 3;
  train(*network, data, recipe, "behind", second.path(), kNothing);
  REQUIRE(loss_behind() < before);
  for (const auto& item : network->named_parameters()) {
    const bool edge = item.key().starts_with("conv1") || item.key().starts_with("branch");
    INFO(item.key());
    REQUIRE(torch::equal(item.value(), was[item.key()]) == edge);
  }
}

TEST_CASE("a cut to train behind has to be one of the network, and the codec one for it") {
  const Dataset data = synthetic_data();
  const auto network = fresh_network(read_recipe(synthetic_model("/nowhere")));
  const auto complaint = [&](const char* behind) {
    try {
      FrozenEdge(*network, behind, data.train);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  REQUIRE_THAT(complaint("exit 0"),
               ContainsSubstring("training.behind: found \"exit 0\"; write SPLIT:CODEC"));
  REQUIRE_THAT(complaint("exit 1:int8_zstd"),
               ContainsSubstring("nothing lies behind \"exit 1\" of a network with 2 exits"));
  REQUIRE_THAT(complaint("exit 0:jpeg75"),
               ContainsSubstring("jpeg75 codes images, and features travel at \"exit 0\""));
  REQUIRE(complaint("input:jpeg75") == "none");
}

TEST_CASE("a loss that is no number stops training with epoch and step and spoils nothing") {
  const Dataset data = synthetic_data();
  TrainingRecipe recipe = read_recipe(synthetic_model("/nowhere"));
  recipe.exit_weights = {1e300, 1e300};
  const ScratchDirectory folder;
  const auto network = fresh_network(recipe);
  REQUIRE_THROWS_WITH(train(*network, data, recipe, "nan", folder.path(), kNothing),
                      ContainsSubstring("epoch 1, step 1") && ContainsSubstring("learning_rate"));
  REQUIRE(fs::is_empty(folder.path()));
}

TEST_CASE("a damaged checkpoint is an error that names it") {
  const Dataset data = synthetic_data();
  const TrainingRecipe recipe = read_recipe(synthetic_model("/nowhere"));
  const ScratchDirectory folder;
  std::ofstream(folder / "checkpoint.pt") << "no archive";
  REQUIRE_THROWS_WITH(train(*fresh_network(recipe), data, recipe, "damaged", folder.path(), kNothing),
                      ContainsSubstring("checkpoint.pt") && ContainsSubstring("damaged"));
}

TEST_CASE("training a model writes weights and a card that its network confirms") {
  const ScratchDirectory cache;
  ::setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
  const ScratchDirectory folder;
  const ModelDescription model = synthetic_model(folder.path());
  const Dataset data = synthetic_data();
  const TrainingRecipe recipe = read_recipe(model);
  const CardFacts facts = train_model(model, data, recipe, "offramp train squares_model");

  // Squares are easy: both exits have learnt them after four epochs.
  REQUIRE(facts.test_accuracy[0] > 0.9);
  REQUIRE(facts.test_accuracy[1] > 0.9);
  const TrainedModel trained = load_trained_model(model);
  const std::vector<Logits> logits = run_all_exits(*trained.network, data.test);
  REQUIRE(accuracy_of_exits(logits, data.test.labels) == facts.test_accuracy);
  REQUIRE(trained.thresholds_nats == facts.thresholds_nats);
  REQUIRE(apply_thresholds(logits, data.test.labels, trained.thresholds_nats).accuracy() ==
          facts.test.accuracy());

  const std::string card = text_of(folder / "card.md");
  REQUIRE_THAT(card, ContainsSubstring("offramp train squares_model") && ContainsSubstring("Terms: none") &&
                         ContainsSubstring("| 60 |"));
  REQUIRE_THAT(text_of(training_directory(model, data.files, recipe) / "training.csv"),
               ContainsSubstring("validation_accuracy_exit_1") && ContainsSubstring("\n4,"));
  REQUIRE_FALSE(fs::exists(training_directory(model, data.files, recipe) / "checkpoint.pt"));
}

TEST_CASE(
    "a training that starts from another entry takes what fits in name and shape, and says where nothing "
    "does") {
  const ScratchDirectory cache;
  ::setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
  const ScratchDirectory first;
  const ModelDescription source = synthetic_model(first.path());
  const auto given = write_entry(first.path(), 9);

  const auto network = fresh_network(read_recipe(source));
  REQUIRE_FALSE(same_weights(*network, *given));
  start_from_entries(*network, source, {first.path().string()});
  REQUIRE(same_weights(*network, *given));

  REQUIRE_THROWS_WITH(start_from_entries(*network, source, {"edge_=" + first.path().string()}),
                      ContainsSubstring("init_from") && ContainsSubstring("edge_NAME"));
}

TEST_CASE("teachers answer with the mean of what their final exits say, and one agrees with itself") {
  const ScratchDirectory entries;
  const auto one = write_entry(entries / "one", 1);
  const auto other = write_entry(entries / "other", 2);
  one->eval();
  other->eval();
  Teachers teachers(synthetic_model(entries.path()), {"./one", "./other"});
  const torch::Tensor pixels = torch::rand({6, 1, 28, 28}) * 255;
  const torch::Tensor expected = (torch::softmax(one->all_exits(pixels).back() / 2, 1) +
                                  torch::softmax(other->all_exits(pixels).back() / 2, 1)) /
                                 2;
  // Weights are kept in 16 bits.
  REQUIRE(torch::allclose(teachers.answers(pixels, 2), expected, 0.02, 1e-3));
  REQUIRE_FALSE(teachers.answers(pixels, 2).requires_grad());
  REQUIRE(Teachers().empty());
}

TEST_CASE(
    "a network learns from teachers alone what they know, from blends as well, and they learn nothing") {
  torch::set_num_threads(1);
  const Dataset data = synthetic_data();
  TrainingRecipe recipe = read_recipe(synthetic_model("/nowhere"));
  const ScratchDirectory entry, labels, taught;
  const auto teacher = write_entry(entry.path(), 1);
  train(*teacher, data, recipe, "teacher", labels.path(), kNothing);
  save_weights(entry / "weights.safetensors", *teacher,
               weights_metadata(synthetic_model(entry.path()), {0.5}));
  const std::string kept = text_of(entry / "weights.safetensors");

  // Labels that are all wrong: what is learnt comes from the teacher.
  Dataset mislabelled = data;
  for (auto& label : mislabelled.train.labels) label = (label + 1) % 10;
  recipe.teachers = {entry.path().string()};
  recipe.blended = 0.5;
  ClassificationTask task(mislabelled, recipe, Teachers(synthetic_model(entry.path()), recipe.teachers));
  const auto student = fresh_network(recipe);
  train_network(*student, task, recipe, "student", taught.path(), kNothing);
  for (const double accuracy : accuracy_of_exits(run_all_exits(*student, data.test), data.test.labels))
    REQUIRE(accuracy > 0.9);
  REQUIRE(text_of(entry / "weights.safetensors") == kept);
}

TEST_CASE("a teacher has to answer the same question, and to have weights") {
  const ScratchDirectory entry;
  write_entry(entry.path(), 1);
  ModelDescription model = synthetic_model(entry.path());
  const std::vector<std::string> entries = {entry.path().string()};
  model.num_classes = 12;
  REQUIRE_THROWS_WITH(Teachers(model, entries),
                      ContainsSubstring("training.teachers") && ContainsSubstring("1x28x28 in 12 classes"));
  model.num_classes = 10;
  fs::remove(entry / "weights.safetensors");
  REQUIRE_THROWS_WITH(Teachers(model, entries), ContainsSubstring("has no weights yet; train it with"));
}

TEST_CASE("data that does not fit the description is an error with all that differs") {
  const ScratchDirectory folder;
  ModelDescription model = synthetic_model(folder.path());
  model.num_classes = 12;
  model.input = {3, 28, 28};
  try {
    train_model(model, synthetic_data(), read_recipe(model), "");
    FAIL("no error");
  } catch (const UserError& error) {
    REQUIRE(error.problems().size() == 2);
    REQUIRE_THAT(error.problems()[0].text(),
                 ContainsSubstring("[3, 28, 28]") && ContainsSubstring("[1, 28, 28]"));
    REQUIRE_THAT(error.problems()[1].text(), ContainsSubstring("12") && ContainsSubstring("has 10"));
  }
}
