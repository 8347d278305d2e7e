#include "sim/cli/evaluation_parts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/cli/child_program.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/safetensors.hpp"
#include "sim/scenario/policy_rules.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

/// The thresholds that stand in model.yaml, or those that training left with the weights.
std::vector<double> own_thresholds(const ModelDescription& model) {
  if (!model.thresholds_nats.empty() || model.num_exits == 1) return model.thresholds_nats;
  const fs::path weights = model.directory / "weights.safetensors";
  std::vector<double> thresholds;
  if (fs::exists(weights)) {
    const SafetensorsFile file(weights);
    const auto kept = file.metadata().find("thresholds_nats");
    std::istringstream items(kept == file.metadata().end() ? "" : kept->second);
    for (double value = 0; items >> value;) thresholds.push_back(value);
  }
  if (thresholds.size() + 1 != model.num_exits)
    throw UserError(
        fmt::format("{} has no thresholds of its own; give for example --rule entropy --thresholds 0.5, as "
                    "offramp tune {} "
                    "chooses them",
                    model.name, model.name));
  return thresholds;
}

ordered_json shape_json(const FeatureShape& shape) {
  return ordered_json::array({shape.channels, shape.height, shape.width});
}

constexpr double kFloatBytes = 4;

ordered_json piece_json(const ComputeCost& cost) {
  return {{"calls", cost.calls},
          {"flops", cost.flops},
          {"parameters", cost.weight_bytes / kFloatBytes},
          {"weight_bytes", cost.weight_bytes},
          {"peak_activation_bytes",
           cost.peak_activation_bytes > 0 ? ordered_json(cost.peak_activation_bytes) : ordered_json()}};
}

}  // namespace

ExitRule own_rule(const ModelDescription& model, bool has_routers) {
  constexpr double kAsLikelyAsNot = 0.5;
  if (has_routers) return {"router", std::vector<double>(model.num_exits - 1, kAsLikelyAsNot), 0, 0};
  return {"entropy", own_thresholds(model), 0, 0};
}

ExitRule rule_for(const EvaluationOrder& order, const ModelDescription& model, bool has_routers) {
  if (order.rule.empty()) return own_rule(model, has_routers);
  const PolicyRule& rule = *find_policy_rule(order.rule);
  if (rule.thresholds != PolicyRule::Thresholds::none && order.thresholds.size() + 1 != model.num_exits)
    throw UserError(
        Place{"--thresholds"},
        fmt::format("{} values, but {} has {} exits before the final one; give "
                    "{}, divided by commas",
                    order.thresholds.size(), model.name, model.num_exits - 1, model.num_exits - 1));
  if (rule.uses_patience && order.patience == 0)
    throw UserError("the rule patience needs --patience, for example 1");
  if (rule.uses_exit && order.exit >= model.num_exits)
    throw UserError(Place{"--exit"},
                    fmt::format("{} has the exits 0 to {}", model.name, model.num_exits - 1));
  return {order.rule, order.thresholds, order.exit, order.patience};
}

ordered_json interval_json(const std::pair<double, double>& interval) {
  return ordered_json::array({interval.first, interval.second});
}

ordered_json segments_json(const ExitProfile& profile) {
  ordered_json segments = ordered_json::array();
  for (std::size_t exit = 0; exit < profile.exits.size(); ++exit) {
    const SplitPoint* split = profile.find_split(fmt::format("exit {}", exit));
    segments.push_back(
        {{"backbone", piece_json(profile.exits[exit].backbone)},
         {"head", piece_json(profile.exits[exit].head)},
         {"feature_shape", split == nullptr ? ordered_json() : shape_json(split->shape)},
         {"feature_bytes", split == nullptr
                               ? ordered_json()
                               : ordered_json(kFloatBytes * static_cast<double>(split->shape.elements()))}});
  }
  return segments;
}

double plain_flops(const ExitProfile& profile) {
  double flops = profile.exits.back().head.flops;
  for (const ExitCost& exit : profile.exits) flops += exit.backbone.flops;
  return flops;
}

ordered_json from_models_program(const std::vector<std::string>& arguments, const ScratchFile& file,
                                 std::string_view note) {
  int code = 0;
  try {
    code = run_child_program(models_program(), arguments);
  } catch (const UserError& error) {
    fmt::print(stderr, "note: {}: {}\n", note, error.what());
    return nullptr;
  }
  if (code != 0) {
    fmt::print(stderr, "note: {}; the cause is above\n", note);
    return nullptr;
  }
  std::ifstream stream(file.path());
  return ordered_json::parse(stream);
}

ordered_json measured_json(const EvaluationOrder& order, const ModelDescription& model, const ExitRule& rule,
                           const std::vector<double>& temperatures) {
  if (!order.measure) return nullptr;
  const ScratchFile scratch("times");
  std::vector<std::string> arguments{
      "measure",    model.directory.string() + "/",        "--out",  scratch.path(),
      "--images",   fmt::to_string(order.measured_images), "--rule", rule.rule,
      "--patience", fmt::to_string(rule.patience),         "--exit", fmt::to_string(rule.exit)};
  const auto add_list = [&](const char* option, const std::vector<double>& values) {
    if (!values.empty())
      arguments.insert(arguments.end(), {option, fmt::format("{}", fmt::join(values, ","))});
  };
  add_list("--thresholds", rule.thresholds);
  add_list("--temperatures", temperatures);
  if (!model.plain.empty()) arguments.insert(arguments.end(), {"--plain", model.plain});
  if (!order.data.empty()) arguments.insert(arguments.end(), {"--data", order.data});
  return from_models_program(arguments, scratch, "nothing was measured");
}

}  // namespace offramp
