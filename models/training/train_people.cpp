#include "models/training/train_people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/nets/registry.hpp"
#include "models/nets/trained_model.hpp"
#include "models/nets/weights.hpp"
#include "models/profiling/people_cut.hpp"
#include "models/training/autocast.hpp"
#include "models/training/people_card.hpp"
#include "models/training/people_task.hpp"
#include "models/training/start_from_entries.hpp"
#include "models/training/train_model.hpp"
#include "models/training/trainer.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr double kTolerance = 0.2;  // people a frame that early exits may cost
constexpr double kCandidates[] = {0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6};  // nats

void print_epoch(const EpochReport& report, int epochs) {
  std::string scores;
  for (std::size_t i = 0; i < report.validation_accuracy.size(); ++i)
    scores += fmt::format(" {:.4f}/{:.2f}", report.validation_accuracy[i], report.validation_count_error[i]);
  fmt::print(stderr, "epoch {} of {}: loss {:.4f}, validation F1/counting error{} ({:.1f} s)\n", report.epoch,
             epochs, report.train_loss, scores, report.seconds);
}

/// Frames cut behind the last early exit, with the mask on.
struct MaskedAnswer {
  PeopleScore score;
  double left_to_cloud = 0;
};

MaskedAnswer masked_answer(BranchyNetwork& network, const PeopleFrames& frames,
                           const std::vector<CellSayings>& whole, const std::vector<double>& thresholds) {
  const std::vector<std::int32_t> people = frames.cell_counts(*network.cells());
  std::vector<CellSayings> exits(whole.begin(), whole.end() - 1);
  const CellMask policy{"entropy", thresholds};
  const std::vector<std::uint8_t> unsure = unsure_cells(exits, policy, whole.size());
  exits.push_back(
      run_cut(network, frames.images, {static_cast<int>(exits.size()) - 1, unsure, nullptr}).exits.front());
  const CellSayings answer = first_accepted(exits, policy);
  return {
      {cell_f1(answer, people), count_error(answer, people, network.cells()->cells())},
      static_cast<double>(std::count(unsure.begin(), unsure.end(), 1)) / static_cast<double>(unsure.size())};
}

/// From the last exit to the first, which knows least: of each the largest threshold that the bound allows.
std::vector<double> choose_thresholds(BranchyNetwork& network, const PeopleFrames& frames) {
  const std::vector<CellSayings> whole = run_all_cells(network, frames.images);
  const std::vector<std::int32_t> people = frames.cell_counts(*network.cells());
  const double bound = count_error(whole.back(), people, network.cells()->cells()) + kTolerance;
  std::vector<double> chosen(whole.size() - 1, 0.0);
  for (std::size_t exit = chosen.size(); exit-- > 0;) {
    for (const double candidate : kCandidates) {
      std::vector<double> thresholds = chosen;
      thresholds[exit] = candidate;
      if (masked_answer(network, frames, whole, thresholds).score.count_error <= bound) chosen = thresholds;
    }
  }
  return chosen;
}

double error_of_the_mean(const PeopleDataset& data) {
  const auto& train = data.train.images.labels;
  const double mean = std::accumulate(train.begin(), train.end(), 0.0) / static_cast<double>(train.size());
  double sum = 0;
  for (const std::int32_t people : data.test.images.labels) sum += std::abs(people - mean);
  return sum / static_cast<double>(data.test.frames());
}

}  // namespace

std::string train_people_counter(const ModelDescription& model, const PeopleDataset& data,
                                 const TrainingRecipe& recipe, const std::string& command) {
  require_writable(model.directory);
  if (data.train.frames() == 0 || data.validation.frames() == 0 || data.test.frames() == 0)
    throw UserError(
        Place{(model.directory / "model.yaml").string()},
        fmt::format("data: {} has {} frames to train on, {} for validation, {} to test; give folders train "
                    "and test with frames in each",
                    data.name, data.train.frames(), data.validation.frames(), data.test.frames()));
  torch::manual_seed(recipe.seed);
  const std::shared_ptr<BranchyNetwork> network = make_network(model);
  start_from_entries(*network, model, recipe.init_from);
  const fs::path directory = training_directory(model, data.files, recipe);
  PeopleTask task(data, recipe);
  PeopleCardFacts facts;
  facts.history = train_network(*network, task, recipe, model.name, directory,
                                [&](const EpochReport& report) { print_epoch(report, recipe.epochs); });
  round_weights(*network, recipe.weight_bits);
  facts.model = model;
  facts.recipe = recipe;
  facts.command = command;
  facts.threads = torch::get_num_threads();
  facts.bf16_used = recipe.bf16 && processor_has_bf16();
  facts.tolerance_people = kTolerance;
  facts.thresholds_nats = choose_thresholds(*network, data.validation);
  const std::vector<CellSayings> test = run_all_cells(*network, data.test.images);
  const std::vector<std::int32_t> people = data.test.cell_counts(*network->cells());
  for (const CellSayings& exit : test)
    facts.exits.push_back({cell_f1(exit, people), count_error(exit, people, network->cells()->cells())});
  const MaskedAnswer masked = masked_answer(*network, data.test, test, facts.thresholds_nats);
  facts.with_exits = masked.score;
  facts.left_to_cloud = masked.left_to_cloud;
  facts.always_the_mean = error_of_the_mean(data);

  save_weights(weights_path(model), *network, weights_metadata(model, facts.thresholds_nats));
  write_file_atomically(model.directory / "card.md", people_card_text(facts, data));
  fs::remove(directory / "checkpoint.pt");  // the log stays
  return people_card_results(facts, data);
}

}  // namespace offramp
