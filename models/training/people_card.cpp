#include "models/training/people_card.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/core/progress.hpp"

namespace offramp {

std::string people_card_results(const PeopleCardFacts& facts, const PeopleDataset& data) {
  std::string text = fmt::format(
      "## Each exit on all cells of the {} test frames\n\n"
      "| exit | F1 of \"someone is in this cell\" | counting error, people a frame |\n|---|---|---|\n",
      data.test.frames());
  for (std::size_t i = 0; i < facts.exits.size(); ++i)
    text += fmt::format("| {}{} | {:.4f} | {:.3f} |\n", i, i + 1 == facts.exits.size() ? " (final)" : "",
                        facts.exits[i].f1, facts.exits[i].count_error);
  text += fmt::format(
      "\nAlways saying the mean of the training frames errs by {:.2f} people.\n\n"
      "## Early exit, cell by cell\n\n"
      "Entropy thresholds: {:.4g} nats (a cell is accepted when strictly below), chosen on the validation\n"
      "frames: from the last exit to the first the largest at which the count errs by at most {:.2g} people\n"
      "more than the final exit's.\n"
      "With them, cut behind the last early exit and with the mask on, {:.2f} % of the cells of the test "
      "frames are\n"
      "left to the cloud; F1 {:.4f}, counting error {:.3f}.\n",
      facts.always_the_mean, fmt::join(facts.thresholds_nats, ", "), facts.tolerance_people,
      100 * facts.left_to_cloud, facts.with_exits.f1, facts.with_exits.count_error);
  return text;
}

std::string people_card_text(const PeopleCardFacts& facts, const PeopleDataset& data) {
  double seconds = 0;
  for (const EpochReport& epoch : facts.history) seconds += epoch.seconds;
  std::string text = fmt::format(
      "# {}\n\n{} with {} exits, which counts people in the cells of a grid.\n\n## Data\n\n{}.\nTerms: {}. "
      "The weights "
      "were trained on these frames and may be used on the\nsame terms. No frame is part of this entry.\n\n"
      "{} frames to train on, the {} after them for validation, {} test frames, used for the numbers below "
      "and for "
      "nothing else.\n\n| file | SHA-256 |\n|---|---|\n",
      facts.model.name, facts.model.network, facts.model.num_exits, data.source, data.terms,
      data.train.frames(), data.validation.frames(), data.test.frames());
  for (const SourceFile& file : data.files) text += fmt::format("| {} | `{}` |\n", file.name, file.sha256);
  text += fmt::format(
      "\n## Recipe\n\nAll exits together: of each, cross entropy of cells and Poisson likelihood of its map "
      "of people; "
      "{}, learning rate\nfalling to zero along half a cosine. {}.\n\n"
      "Mean loss of the last epoch {:.4f}. Training took {} on {} thread{}, {}.\n\nTrain it again: `{}`\n\n",
      facts.recipe.optimizer == "sgd" ? "SGD with Nesterov's momentum" : "AdamW", facts.recipe.text(),
      facts.history.back().train_loss, human_duration(seconds), facts.threads, facts.threads == 1 ? "" : "s",
      facts.bf16_used ? "bf16 autocast" : "32-bit floats", facts.command);
  return text + people_card_results(facts, data);
}

}  // namespace offramp
