#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/cells_tune.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/rule_report.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/scenario/model_description.hpp"
#include "sim/tuning/rule_search.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

struct TuneOptions {
  std::string model;
  std::vector<std::string> rules{"entropy"};
  std::string from;
  std::string device;
  bool calibrated = false;
  std::optional<double> edge_share, max_loss, flops, bytes, joules;
  std::string minimize = "flops";
  bool json = false;
  std::string csv, out;
};

/// What is traded against accuracy, and how it is shown.
struct CostKind {
  const char* name;   ///< "flops"
  const char* title;  ///< of a column
  double scale;
};

constexpr CostKind kOffloaded{"offloaded", "offloaded, %", 100};
constexpr CostKind kFlops{"flops", "MFLOP", 1e-6};
constexpr CostKind kBytes{"bytes", "uplink B", 1};
constexpr CostKind kJoules{"joules", "device mJ", 1e3};

/// The one thing that is asked for; without any, the frontier alone is printed.
struct Goal {
  CostKind cost = kFlops;
  std::optional<double> most_cost;
  std::optional<double> most_loss;  ///< of accuracy, against the final exit alone
  std::string text;                 ///< as on the command line
};

CostKind cost_kind(const std::string& name) {
  for (const CostKind& kind : {kOffloaded, kFlops, kBytes, kJoules})
    if (name == kind.name) return kind;
  throw std::logic_error("no cost " + name);  // CLI11 has checked it
}

Goal goal_of(const TuneOptions& options) {
  Goal goal;
  int goals = 0;
  const auto budget = [&](const std::optional<double>& most, const CostKind& kind, const char* option) {
    if (!most) return;
    ++goals;
    goal = {kind, *most, {}, fmt::format("{} {:g}", option, *most)};
  };
  budget(options.flops, kFlops, "--flops");
  budget(options.bytes, kBytes, "--bytes");
  budget(options.joules, kJoules, "--joules");
  if (options.edge_share) {
    ++goals;
    goal = {kOffloaded, 1 - *options.edge_share, {}, fmt::format("--edge-share {:g}", *options.edge_share)};
  }
  if (options.max_loss) {
    ++goals;
    goal = {cost_kind(options.minimize),
            {},
            *options.max_loss / 100,
            fmt::format("--max-loss {:g} --minimize {}", *options.max_loss, options.minimize)};
  }
  if (goals == 0) goal.cost = cost_kind(options.minimize);
  if (goals > 1)
    throw UserError("give one of --edge-share, --max-loss, --flops, --bytes and --joules, not several");
  return goal;
}

RequestCosts costs_for(const CostKind& kind, const RuleSetting& setting) {
  const AsksExit all = [](std::size_t) {
    return true;
  };  // every rule with something to choose asks all exits
  const std::string name = kind.name;
  if (name == kOffloaded.name) return offload_costs(setting.answers);
  if (name == kFlops.name) return flop_costs(setting.profile, setting.answers, all);
  if (name == kBytes.name) {
    if (setting.answers.coded_bytes.empty())
      throw UserError("bytes are those that cross a split: add for example --from \"exit 0:int8_zstd\"");
    return byte_costs(setting.answers);
  }
  if (!setting.device)
    throw UserError("joules are those of a device: add for example --device raspberry_pi_4");
  return device_joule_costs(setting.profile, setting.answers, *setting.device, all);
}

struct Tuned {
  std::string rule;
  std::vector<RulePoint> frontier;
  const RulePoint* chosen = nullptr;  ///< null: no goal, or it cannot be reached
};

std::vector<std::string> rules_asked(const TuneOptions& options, const SetAnswers& answers) {
  const std::vector<std::string> there = tunable_rules(answers);
  if (options.rules == std::vector<std::string>{"all"}) return there;
  for (const std::string& rule : options.rules)
    if (std::ranges::find(there, rule) == there.end())
      throw UserError(Place{"--rule"}, fmt::format("\"{}\" has nothing to choose on this network{}", rule,
                                                   suggestion(rule, there)));
  return options.rules;
}

void choose(Tuned& tuned, const Goal& goal, const SetAnswers& answers) {
  if (goal.most_cost) tuned.chosen = most_accurate_within(tuned.frontier, *goal.most_cost);
  if (!goal.most_loss) return;
  const double images = static_cast<double>(answers.images);
  // A hair less, so that a bound of exactly so many images is not missed by rounding.
  tuned.chosen = cheapest_with(tuned.frontier,
                               (answers.accuracy_of(answers.exits() - 1) - *goal.most_loss) * images - 1e-6);
}

/// The best of what the rules offer: for a bound on loss the cheapest, else the most accurate.
const Tuned* best_of(const std::vector<Tuned>& all, const Goal& goal) {
  const Tuned* best = nullptr;
  for (const Tuned& tuned : all) {
    if (tuned.chosen == nullptr) continue;
    const bool better = best == nullptr || (goal.most_loss ? tuned.chosen->cost < best->chosen->cost
                                                           : tuned.chosen->correct > best->chosen->correct);
    if (better) best = &tuned;
  }
  return best;
}

/// At most so many points, evenly spaced along the frontier, its ends among them.
std::vector<const RulePoint*> thinned(const std::vector<RulePoint>& frontier, std::size_t most) {
  std::vector<const RulePoint*> points;
  const std::size_t count = std::min(most, frontier.size());
  for (std::size_t i = 0; i < count; ++i)
    points.push_back(&frontier[count == 1 ? 0 : i * (frontier.size() - 1) / (count - 1)]);
  return points;
}

std::string share_text(const ordered_json& value) {
  return value.is_null() ? "-" : fmt::format("{:.2f}", 100 * value.get<double>());
}

void print_row(const RulePoint& point, const RuleSetting& validation, const CostKind& kind) {
  const ordered_json outcome = outcome_json(validation, point.rule);
  fmt::print("{:<16}{:>12.2f}{:>12}{:>16}{:>14.4g}   {}\n", point.rule.rule,
             100 * outcome["total_accuracy"].get<double>(), share_text(outcome["edge_share"]),
             share_text(outcome["edge_accuracy"]), point.cost * kind.scale, rule_parameters(point.rule));
}

void print_header(const CostKind& kind) {
  fmt::print("{:<16}{:>12}{:>12}{:>16}{:>14}   {}\n", "rule", "accuracy, %", "at edge, %", "right there, %",
             kind.title, "parameters");
}

std::string snippet(const TuneOptions& options, const NetworkCut* cut, const RulePoint& chosen,
                    const Goal& goal, std::size_t images) {
  std::string text =
      fmt::format("# offramp tune {} {}: chosen on {} validation images\npolicy: {}\n", options.model,
                  goal.text, images, rule_yaml(chosen.rule, options.calibrated));
  if (cut != nullptr) text += fmt::format("offload: {{from: {}, codec: {}}}\n", cut->split, cut->codec);
  return text;
}

void write_csv(const std::string& path, const std::vector<Tuned>& all, const CostKind& kind,
               std::size_t images) {
  std::string text = fmt::format("rule,parameters,{},accuracy\n", kind.name);
  for (const Tuned& tuned : all)
    for (const RulePoint& point : tuned.frontier)
      text += fmt::format("{},{},{},{}\n", tuned.rule, rule_parameters(point.rule, 17), point.cost,
                          static_cast<double>(point.correct) / static_cast<double>(images));
  write_file_atomically(path, text);
}

void print_json(const TuneOptions& options, const NetworkCut* cut, const Goal& goal,
                const std::vector<Tuned>& all, const Tuned* best, const RuleSetting& validation,
                const RuleSetting* test) {
  const ExitProfile& profile = validation.profile;
  ordered_json document{
      {"model", profile.model},
      {"data", profile.dataset},
      {"validation_images", validation.answers.images},
      {"from", cut == nullptr ? ordered_json() : ordered_json(cut->split + ":" + cut->codec)},
      {"device", validation.device ? ordered_json(validation.device->name) : ordered_json()},
      {"goal", goal.text.empty() ? ordered_json() : ordered_json(goal.text)},
      {"cost", goal.cost.name},
      {"final_exit_accuracy", validation.answers.accuracy_of(validation.answers.exits() - 1)},
      {"chosen", nullptr},
      {"rules", ordered_json::array()}};
  if (best != nullptr) {
    document["chosen"] = {
        {"policy", rule_json(best->chosen->rule, options.calibrated)},
        {"validation", outcome_json(validation, best->chosen->rule)},
        {"test", test == nullptr ? ordered_json() : outcome_json(*test, best->chosen->rule)}};
  }
  for (const Tuned& tuned : all) {
    ordered_json frontier = ordered_json::array();
    for (const RulePoint& point : tuned.frontier)
      frontier.push_back({{"policy", rule_json(point.rule, options.calibrated)},
                          {"cost", point.cost},
                          {"accuracy", static_cast<double>(point.correct) /
                                           static_cast<double>(validation.answers.images)}});
    document["rules"].push_back(
        {{"rule", tuned.rule},
         {"chosen",
          tuned.chosen == nullptr ? ordered_json() : rule_json(tuned.chosen->rule, options.calibrated)},
         {"frontier", std::move(frontier)}});
  }
  fmt::print("{}\n", document.dump(2));
}

void print_tables(const Goal& goal, const std::vector<Tuned>& all, const Tuned* best,
                  const RuleSetting& validation, const RuleSetting* test) {
  constexpr std::size_t kRows = 16;
  const ExitProfile& profile = validation.profile;
  fmt::print("{} on {} validation images of {}; its final exit alone is right on {:.2f} %\n\n", profile.model,
             validation.answers.images, profile.dataset,
             100 * validation.answers.accuracy_of(validation.answers.exits() - 1));
  print_header(goal.cost);
  for (const Tuned& tuned : all)
    for (const RulePoint* point : thinned(tuned.frontier, kRows)) print_row(*point, validation, goal.cost);
  if (goal.text.empty()) return;
  fmt::print("\nbest with {}\n", goal.text);
  print_header(goal.cost);
  for (const Tuned& tuned : all) {
    if (tuned.chosen != nullptr)
      print_row(*tuned.chosen, validation, goal.cost);
    else
      fmt::print("{:<16}{:>12}\n", tuned.rule, "out of reach");
  }
  if (best == nullptr || test == nullptr) return;
  const ordered_json seen = outcome_json(*test, best->chosen->rule);
  fmt::print(
      "\n{} on the {} test images, which had no part in the choice: {:.2f} % right, {} % at the edge\n",
      best->rule, test->answers.images, 100 * seen["total_accuracy"].get<double>(),
      share_text(seen["edge_share"]));
}

CellsTuneOrder cells_order(const TuneOptions& options) {
  if (options.flops || options.joules || options.calibrated || !options.csv.empty())
    throw UserError("by cells tune knows --edge-share, --max-loss (people a frame) and --bytes");
  return {options.from, options.edge_share, options.max_loss, options.bytes, options.json, options.out};
}

void tune(const TuneOptions& options) {
  const ModelDescription model = read_model_description(options.model, std::filesystem::current_path());
  if (model.cells) return tune_cells(cells_order(options), model);
  const Goal goal = goal_of(options);
  std::optional<NetworkCut> cut;
  std::vector<CodecRequest> wanted;
  if (!options.from.empty()) {
    cut = parse_cut("--from", options.from);
    wanted.push_back({cut->split, cut->codec});
  }
  const ExitProfile profile = profile_for(model.directory, wanted);
  const NetworkCut* where = cut ? &*cut : nullptr;
  const SetAnswers answers = set_answers(profile, "validation", where);
  RuleSetting validation{profile, answers};
  if (!options.device.empty())
    validation.device = read_device_type(options.device, std::filesystem::current_path());
  if (options.calibrated) {
    if (profile.temperatures.empty())
      throw UserError(fmt::format(
          "the profile of {0} has no temperatures; make it again with: offramp profile {0}", profile.model));
    validation.temperatures = profile.temperatures;
  }

  const RequestCosts costs = costs_for(goal.cost, validation);
  std::vector<Tuned> all;
  for (const std::string& rule : rules_asked(options, answers)) {
    Tuned& tuned = all.emplace_back();
    tuned.rule = rule;
    tuned.frontier = rule_frontier(answers, rule, validation.temperatures, costs);
    choose(tuned, goal, answers);
  }
  const Tuned* best = best_of(all, goal);
  const bool out_of_reach = !goal.text.empty() && best == nullptr;

  std::optional<SetAnswers> test_answers;
  std::optional<RuleSetting> test;
  if (std::ranges::find(profile.sets, "test", &ImageSet::name) != profile.sets.end()) {
    test_answers = set_answers(profile, "test", where);
    test.emplace(RuleSetting{profile, *test_answers, validation.device, validation.temperatures});
  }
  const RuleSetting* on_test = test ? &*test : nullptr;
  if (!options.csv.empty()) write_csv(options.csv, all, goal.cost, answers.images);
  options.json ? print_json(options, where, goal, all, best, validation, on_test)
               : print_tables(goal, all, best, validation, on_test);
  if (out_of_reach)
    throw UserError(
        fmt::format("{}: no choice of {} reaches that on the validation images; the frontier shows what "
                    "there is",
                    goal.text, all.size() == 1 ? all.front().rule : "any rule"));
  if (best == nullptr) return;
  const std::string yaml = snippet(options, where, *best->chosen, goal, answers.images);
  if (!options.out.empty()) write_file_atomically(options.out, yaml);
  if (!options.json) fmt::print("\n{}", yaml);
}

}  // namespace

void add_tune_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("tune", "Choose exit thresholds on validation images; print what they trade");
  auto options = std::make_shared<TuneOptions>();
  command
      ->add_option("model", options->model,
                   "A name of models/zoo, or a folder with a model.yaml (with a slash)")
      ->required();
  command
      ->add_option("--edge-share", options->edge_share,
                   "Most accurate with this share answered on the device")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--max-loss", options->max_loss,
                   "Cheapest that loses no more points of accuracy against the final exit alone (0.3; below "
                   "0: gains); by "
                   "cells people a frame")
      ->check(CLI::Range(-100.0, 100.0));
  command
      ->add_option("--flops", options->flops,
                   "Most accurate within so many FLOPs an image, on all tiers together")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--bytes", options->bytes,
                   "Most accurate within so many coded bytes an image; needs --from")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--joules", options->joules,
                   "Most accurate within so many joules an image on the device; needs --device")
      ->check(CLI::NonNegativeNumber);
  command
      ->add_option("--minimize", options->minimize,
                   "What --max-loss makes least, and the frontier shows: offloaded, flops, bytes or joules")
      ->check(CLI::IsMember({"offloaded", "flops", "bytes", "joules"}));
  command->add_option("--rule", options->rules, "Exit rules to try, or all")->delimiter(',');
  command->add_option(
      "--from", options->from,
      "SPLIT:CODEC where the network is cut, such as \"exit 0:int8_zstd\"; default: nothing is coded, "
      "and all exits but the final one are the device's");
  command->add_option("--device", options->device, "Device type, for joules and seconds");
  command->add_flag("--calibrated", options->calibrated,
                    "Let rules see logits over the profile's temperatures");
  command->add_flag("--json", options->json, "As JSON, with the whole frontier");
  command->add_option("--csv", options->csv, "Write the whole frontier there");
  command->add_option("--out", options->out, "Write the choice there, as lines of a scenario");
  command->footer(
      "Example:  offramp tune b_lenet_fashion --edge-share 0.9 --rule all --from \"exit 0:int8_zstd\"");
  command->callback([options] { tune(*options); });
}

}  // namespace offramp
