#include "sim/tuning/exit_outcome.hpp"

#include <memory>

#include "sim/policy/exit_judge.hpp"

namespace offramp {
namespace {

double ratio(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::unique_ptr<ExitPolicy> policy_for(const SetAnswers& answers, const ExitRule& rule) {
  return make_exit_policy(
      rule, {answers.exits(), answers.classes, answers.last_device_exit, !answers.routers.empty()});
}

}  // namespace

std::size_t ExitOutcome::right() const {
  std::size_t sum = 0;
  for (const ExitTally& exit : exits) sum += exit.correct;
  return sum;
}

double ExitOutcome::share(std::size_t exit) const { return ratio(exits[exit].left, images()); }

std::optional<double> ExitOutcome::accuracy_at(std::size_t exit) const {
  if (exits[exit].left == 0) return std::nullopt;
  return ratio(exits[exit].correct, exits[exit].left);
}

std::optional<double> ExitOutcome::device_accuracy() const {
  if (device_left == 0) return std::nullopt;
  return ratio(device_correct, device_left);
}

double ExitOutcome::mean(const RequestCosts& costs) const {
  double sum = 0;
  for (std::size_t image = 0; image < images(); ++image) sum += costs.of(exit_of[image], image);
  return sum / static_cast<double>(images());
}

ExitOutcome apply_rule(const SetAnswers& answers, const ExitRule& rule,
                       const std::vector<double>& temperatures) {
  const std::unique_ptr<ExitPolicy> policy = policy_for(answers, rule);
  ExitJudge judge(*policy, answers.images, temperatures);
  const std::size_t nowhere = answers.exits();
  ExitOutcome outcome{std::vector<std::size_t>(answers.images, nowhere),
                      std::vector<std::uint8_t>(answers.images, 0), std::vector<ExitTally>(answers.exits()),
                      0, 0};
  for (std::size_t exit = 0; exit < answers.exits(); ++exit) {
    if (!policy->asks(exit)) continue;
    const bool routed = exit < answers.routers.size();
    const auto accepted =
        judge.ask(exit, answers.logits[exit], routed ? answers.routers[exit] : std::span<const float>());
    for (std::size_t image = 0; image < answers.images; ++image) {
      if (outcome.exit_of[image] != nowhere || accepted[image] == 0) continue;
      outcome.exit_of[image] = exit;
      outcome.correct[image] = answers.correct[exit][image];
      ++outcome.exits[exit].left;
      outcome.exits[exit].correct += outcome.correct[image];
    }
  }
  for (int exit = 0; exit <= answers.last_device_exit; ++exit) {
    outcome.device_left += outcome.exits[static_cast<std::size_t>(exit)].left;
    outcome.device_correct += outcome.exits[static_cast<std::size_t>(exit)].correct;
  }
  return outcome;
}

AsksExit exits_asked(const SetAnswers& answers, const ExitRule& rule) {
  return [policy = std::shared_ptr<ExitPolicy>(policy_for(answers, rule))](std::size_t exit) {
    return policy->asks(exit);
  };
}

}  // namespace offramp
