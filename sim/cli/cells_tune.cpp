#include "sim/cli/cells_tune.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "sim/cli/rule_report.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/tuning/cells_outcome.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

/// A policy that was profiled at the cut, and what it comes to.
struct Choice {
  ExitRule rule;
  double count_mae = 0;
  double cell_f1 = 0;
  double left = 0;  ///< share of cells
  double bytes = 0;
};

Choice choice_of(const ExitProfile& profile, const std::string& set, const NetworkCut& cut,
                 const ExitRule& rule) {
  const CellsOutcome outcome = apply_rule_to_cells(profile, set, &cut, rule);
  const FrameTally tally = outcome.tally();
  return {rule, tally.count_mae().value(), tally.cell_f1().value_or(0), outcome.share_left(),
          outcome.bytes_a_frame()};
}

std::vector<Choice> choices(const ExitProfile& profile, const std::string& set, const NetworkCut& cut) {
  std::vector<Choice> all;
  const SplitPoint* split = profile.find_split(cut.split);
  for (const CodecAnswers& codec : split == nullptr ? std::vector<CodecAnswers>{} : split->codecs)
    if (codec.codec == cut.codec && codec.mask)
      all.push_back(choice_of(profile, set, cut, rule_of(profile.masks[*codec.mask])));
  return all;
}

double all_cloud_mae(const ExitProfile& profile, const std::string& set) {
  return apply_rule_to_cells(profile, set, nullptr, {"fixed", {}, profile.exits.size() - 1, 0})
      .tally()
      .count_mae()
      .value();
}

bool has_goal(const CellsTuneOrder& order) { return order.edge_share || order.max_loss || order.bytes; }

/// @return null without a goal, or when nothing reaches it
const Choice* chosen(const std::vector<Choice>& all, const CellsTuneOrder& order, double all_cloud) {
  const Choice* best = nullptr;
  for (const Choice& one : all) {
    const bool within = order.max_loss     ? one.count_mae <= all_cloud + *order.max_loss
                        : order.edge_share ? 1 - one.left >= *order.edge_share
                        : order.bytes      ? one.bytes <= *order.bytes
                                           : false;
    if (!within) continue;
    const bool better =
        best == nullptr || (order.max_loss ? one.bytes < best->bytes : one.count_mae < best->count_mae);
    if (better) best = &one;
  }
  return best;
}

ordered_json choice_json(const Choice& choice) {
  return {{"policy", rule_json(choice.rule, false)},
          {"count_mae", choice.count_mae},
          {"cell_f1", choice.cell_f1},
          {"cloud_cell_ratio", choice.left},
          {"bytes_per_frame", choice.bytes}};
}

void print_row(const Choice& choice) {
  fmt::print("{:<16}{:>12.3f}{:>10.4f}{:>20.2f}{:>14.1f}   {}\n", choice.rule.rule, choice.count_mae,
             choice.cell_f1, 100 * choice.left, choice.bytes, rule_parameters(choice.rule));
}

}  // namespace

void tune_cells(const CellsTuneOrder& order, const ModelDescription& model) {
  if (order.from.empty())
    throw UserError(fmt::format(
        "{} answers by cells: give where it is cut, for example --from \"exit 0:int8_zstd\"", model.name));
  if (int{order.edge_share.has_value()} + int{order.max_loss.has_value()} + int{order.bytes.has_value()} > 1)
    throw UserError("give one of --edge-share, --max-loss and --bytes, not several");
  const NetworkCut cut = parse_cut("--from", order.from);
  const ExitProfile profile = profile_for(model.directory, {{cut.split, cut.codec}});
  const std::vector<Choice> all = choices(profile, "validation", cut);
  const double all_cloud = all_cloud_mae(profile, "validation");
  const Choice* best = chosen(all, order, all_cloud);
  std::optional<Choice> tested;
  if (best != nullptr) tested = choice_of(profile, "test", cut, best->rule);

  if (order.json) {
    ordered_json document{{"model", profile.model}, {"data", profile.dataset},
                          {"from", order.from},     {"count_mae_cloud", all_cloud},
                          {"chosen", nullptr},      {"policies", ordered_json::array()}};
    for (const Choice& one : all) document["policies"].push_back(choice_json(one));
    if (tested)
      document["chosen"] = {{"policy", rule_json(best->rule, false)},
                            {"validation", choice_json(*best)},
                            {"test", choice_json(*tested)}};
    fmt::print("{}\n", document.dump(2));
  } else {
    fmt::print("{} on {} validation frames of {}; its final exit alone is off by {:.3f} people a frame\n\n",
               profile.model, profile.set("validation").images(), profile.dataset, all_cloud);
    fmt::print("{:<16}{:>12}{:>10}{:>20}{:>14}   {}\n", "rule", "people off", "F1", "left to cloud, %",
               "B a frame", "parameters");
    for (const Choice& one : all) print_row(one);
    if (tested) {
      fmt::print("\non the {} test frames, which had no part in the choice (the final exit alone: {:.3f})\n",
                 profile.set("test").images(), all_cloud_mae(profile, "test"));
      print_row(*tested);
    }
  }
  if (has_goal(order) && best == nullptr)
    throw UserError(
        "no policy that was profiled reaches that on the validation frames; add others: offramp profile " +
        model.name + " --mask entropy:0.1,0.2,0.3");
  if (best == nullptr) return;
  const std::string yaml = fmt::format("policy: {}\noffload: {{from: {}, codec: {}}}\n",
                                       rule_yaml(best->rule, false), cut.split, cut.codec);
  if (!order.out.empty()) write_file_atomically(order.out, yaml);
  if (!order.json) fmt::print("\n{}", yaml);
}

}  // namespace offramp
