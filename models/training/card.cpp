#include "models/training/card.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "sim/core/progress.hpp"

namespace offramp {
namespace {

/// What the test images are called beside a figure.
std::string test_images(const CardFacts& facts) {
  return facts.caveat.empty() ? "test" : facts.caveat + " test";
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

std::string data_section(const Dataset& data) {
  std::string text = fmt::format(
      "## Data\n\n{}. Terms: {}. No image is part of this entry.\n\n"
      "{} images to train on, {} held back from the training files for validation (each class in proportion, "
      "the\n"
      "same ones in every training), {} test images, used for the numbers below and for nothing else.\n\n"
      "| file | SHA-256 |\n|---|---|\n",
      data.source, data.terms, data.train.images(), data.validation.images(), data.test.images());
  for (const SourceFile& file : data.files) text += fmt::format("| {} | `{}` |\n", file.name, file.sha256);
  return text;
}

/// What each exit's part of the joint loss is.
std::string parts_of_loss(const TrainingRecipe& recipe) {
  const std::string labels = "cross entropies (BranchyNet)";
  const std::string teachers = "divergences from what the teachers say on average (Hinton et al., 2015)";
  if (recipe.teachers.empty() || recipe.taught == 0) return labels;
  return recipe.taught == 1 ? teachers : labels + " and " + teachers;
}

std::string recipe_section(const CardFacts& facts) {
  double seconds = 0;
  for (const EpochReport& epoch : facts.history) seconds += epoch.seconds;
  return fmt::format(
      "## Recipe\n\n"
      "All exits together: the weighted sum of their {}, {}, learning rate falling to\n"
      "zero along half a cosine. {}.\n\n"
      "Mean loss of the last epoch {:.4f}. Training took {} on {} thread{}, {}.\n\n"
      "Train it again: `{}`\n",
      parts_of_loss(facts.recipe), facts.recipe.optimizer == "sgd" ? "SGD with Nesterov's momentum" : "AdamW",
      facts.recipe.text(), facts.history.back().train_loss, human_duration(seconds), facts.threads,
      facts.threads == 1 ? "" : "s", facts.bf16_used ? "bf16 autocast" : "32-bit floats", facts.command);
}

std::string accuracy_section(const CardFacts& facts) {
  const std::size_t images = facts.test.images;
  std::string text = fmt::format(
      "## Accuracy of each exit on all {} images\n\n| exit | correct | images | accuracy "
      "|\n|---|---|---|---|\n",
      test_images(facts));
  for (std::size_t i = 0; i < facts.test_accuracy.size(); ++i)
    text += fmt::format("| {}{} | {} | {} | {} |\n", i, i + 1 == facts.test_accuracy.size() ? " (final)" : "",
                        std::lround(facts.test_accuracy[i] * static_cast<double>(images)), images,
                        percent(facts.test_accuracy[i]));
  for (const FurtherAccuracy& further : facts.further_tests) {
    text += fmt::format("\nOn {} {} of the test set:", further.images, further.name);
    for (std::size_t i = 0; i < further.accuracy.size(); ++i)
      text += fmt::format("{} exit {} {}", i == 0 ? "" : ",", i, percent(further.accuracy[i]));
    text += ".\n";
  }
  return text;
}

std::string threshold_section(const CardFacts& facts) {
  if (facts.thresholds_nats.empty())
    return "## Early exit\n\nNone: every image is answered by the final exit.\n";
  std::string text = fmt::format(
      "## Early exit\n\n"
      "Entropy thresholds: {:.6g} nats (leave when strictly below), chosen on the validation images: as many "
      "as\n"
      "possible leave early while total accuracy stays within {:.2g} points of the final exit's.\n\n"
      "| images | total accuracy |",
      fmt::join(facts.thresholds_nats, ", "), 100 * facts.tolerance);
  std::string rule = "\n|---|---|";
  for (std::size_t i = 0; i < facts.test.exits.size(); ++i) {
    text += fmt::format(" leave at exit {} | right there |", i);
    rule += "---|---|";
  }
  text += rule + "\n";
  for (const auto& [name, result] : {std::pair{std::string("validation"), &facts.validation},
                                     std::pair{test_images(facts), &facts.test}}) {
    text += fmt::format("| {} {} | {} |", result->images, name, percent(result->accuracy()));
    for (std::size_t i = 0; i < result->exits.size(); ++i) {
      const auto accuracy = result->accuracy_at(i);
      text += fmt::format(" {} ({}) | {} |", result->exits[i].left, percent(result->share(i)),
                          accuracy ? percent(*accuracy) : "nobody left");
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string card_results(const CardFacts& facts) {
  return accuracy_section(facts) + "\n" + threshold_section(facts);
}

std::string card_text(const CardFacts& facts, const Dataset& data) {
  const ModelDescription& model = facts.model;
  return fmt::format(
      "# {}\n\nThe network `{}` on `{}`: {}x{}x{} (channels, height, width), {} classes, {} exits. Written "
      "by `offramp train`.\n\n{}\n{}\n{}",
      model.name, model.network, model.dataset, model.input.channels, model.input.height, model.input.width,
      model.num_classes, model.num_exits, data_section(data), recipe_section(facts), card_results(facts));
}

}  // namespace offramp
