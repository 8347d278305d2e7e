#include "models/training/train_model.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "models/nets/registry.hpp"
#include "models/nets/trained_model.hpp"
#include "models/nets/weights.hpp"
#include "models/profiling/early_exit.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/model_data.hpp"
#include "models/training/autocast.hpp"
#include "models/training/classification_task.hpp"
#include "models/training/start_from_entries.hpp"
#include "models/training/threshold_search.hpp"
#include "models/training/trainer.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr double kTolerance = 0.001;  // what early exits may cost: 0.1 points of accuracy

void print_epoch(const EpochReport& report, int epochs) {
  std::string accuracy;
  for (const double share : report.validation_accuracy) accuracy += fmt::format(" {:.2f} %", 100 * share);
  fmt::print(stderr, "epoch {} of {}: loss {:.4f}, validation accuracy{} ({:.1f} s)\n", report.epoch, epochs,
             report.train_loss, accuracy, report.seconds);
}

}  // namespace

void require_writable(const fs::path& directory) {
  if (::access(directory.c_str(), W_OK) != 0)
    throw UserError(Place{directory.string()},
                    "cannot be written, but weights and card go there; copy the folder to "
                    "one of your own and name that");
}

fs::path training_directory(const ModelDescription& model, const std::vector<SourceFile>& data_files,
                            const TrainingRecipe& recipe) {
  std::string identity =
      fmt::format("{} {} {} {}", model.network, model.num_classes, model.num_exits, recipe.text());
  for (const auto& [key, value] : model.options) identity += fmt::format(" {}={}", key, value);
  for (const SourceFile& file : data_files) identity += " " + file.sha256;
  return cache_directory() / "training" /
         fmt::format("{}-{}", model.name, sha256_hex(identity).substr(0, 12));
}

CardFacts train_model(const ModelDescription& model, const Dataset& data, const TrainingRecipe& recipe,
                      const std::string& command) {
  check_fit(model, data);
  require_writable(model.directory);
  torch::manual_seed(recipe.seed);
  const std::shared_ptr<BranchyNetwork> network = make_network(model);
  start_from_entries(*network, model, recipe.init_from);
  const fs::path directory = training_directory(model, data.files, recipe);
  CardFacts facts;
  ClassificationTask task(data, recipe, Teachers(model, recipe.teachers));
  facts.history = train_network(*network, task, recipe, model.name, directory,
                                [&](const EpochReport& report) { print_epoch(report, recipe.epochs); });
  round_weights(*network, recipe.weight_bits);

  const std::vector<Logits> validation = run_all_exits(*network, data.validation);
  const std::vector<Logits> test = run_all_exits(*network, data.test);
  facts.caveat = data.caveat;
  facts.model = model;
  facts.recipe = recipe;
  facts.command = command;
  facts.threads = torch::get_num_threads();
  facts.bf16_used = recipe.bf16 && processor_has_bf16();
  facts.tolerance = kTolerance;
  facts.thresholds_nats = choose_thresholds(validation, data.validation.labels, kTolerance);
  facts.test_accuracy = accuracy_of_exits(test, data.test.labels);
  for (const FurtherTest& further : data.further_tests)
    facts.further_tests.push_back(
        {further.name, further.images.images(),
         accuracy_of_exits(run_all_exits(*network, further.images), further.images.labels)});
  facts.validation = apply_thresholds(validation, data.validation.labels, facts.thresholds_nats);
  facts.test = apply_thresholds(test, data.test.labels, facts.thresholds_nats);

  save_weights(weights_path(model), *network, weights_metadata(model, facts.thresholds_nats));
  write_file_atomically(model.directory / "card.md", card_text(facts, data));
  fs::remove(directory / "checkpoint.pt");  // the log stays
  return facts;
}

}  // namespace offramp
