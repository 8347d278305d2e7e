#include "models/profiling/early_exit.hpp"

#include "sim/policy/entropy.hpp"

namespace offramp {
namespace {

double ratio(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double EarlyExitResult::accuracy() const {
  std::size_t correct = 0;
  for (const ExitCount& exit : exits) correct += exit.correct;
  return ratio(correct, images);
}

double EarlyExitResult::share(std::size_t exit) const { return ratio(exits[exit].left, images); }

std::optional<double> EarlyExitResult::accuracy_at(std::size_t exit) const {
  if (exits[exit].left == 0) return std::nullopt;
  return ratio(exits[exit].correct, exits[exit].left);
}

std::vector<double> entropies_nats(const Logits& logits, std::size_t num_classes) {
  std::vector<double> entropies;
  for (std::size_t at = 0; at < logits.size(); at += num_classes)
    entropies.push_back(softmax_entropy_nats(std::span(logits).subspan(at, num_classes)));
  return entropies;
}

EarlyExitResult apply_thresholds(const std::vector<Logits>& exits, std::span<const std::int32_t> labels,
                                 const std::vector<double>& thresholds_nats) {
  EarlyExitResult result{std::vector<ExitCount>(exits.size()), labels.size()};
  std::vector<bool> gone(labels.size());
  for (std::size_t exit = 0; exit < exits.size(); ++exit) {
    const bool final_exit = exit + 1 == exits.size();
    const std::vector<double> entropies = entropies_nats(exits[exit], exits[exit].size() / labels.size());
    const std::vector<bool> correct = correct_answers(exits[exit], labels);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (gone[i] || !(final_exit || entropies[i] < thresholds_nats[exit])) continue;
      gone[i] = true;
      ++result.exits[exit].left;
      result.exits[exit].correct += correct[i] ? 1 : 0;
    }
  }
  return result;
}

}  // namespace offramp
