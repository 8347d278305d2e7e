#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/model_layers.hpp"
#include "sim/cli/program.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/layers/registry.hpp"
#include "sim/platform/time_prediction.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

struct TimeOptions {
  std::string network;
  std::string device;
  std::string input;
  std::size_t classes = 0;
  bool json = false;
};

std::optional<FeatureShape> shape_from(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::array<std::int64_t, 3> sides{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, sides[i]);
    const bool separated = i + 1 < sides.size() ? next != end && *next == 'x' : next == end;
    if (error != std::errc{} || !separated || sides[i] < 1 || sides[i] > 65536)
      throw UserError(
          fmt::format("--input: \"{}\" is not channels, height and width; write for example 3x32x32", text));
    at = next + 1;
  }
  return FeatureShape{sides[0], sides[1], sides[2]};
}

ModelLayers layers_of(const TimeOptions& options) {
  const std::optional<FeatureShape> input = shape_from(options.input);
  const auto classes = options.classes == 0 ? std::nullopt : std::optional(options.classes);
  if (const auto plan = find_layer_plan(options.network, input, classes)) return {*plan, {}};
  const std::vector<std::string> models = list_models();
  const bool directory = options.network.find('/') != std::string::npos;
  if (!directory && std::find(models.begin(), models.end(), options.network) == models.end()) {
    std::vector<std::string> names = list_layer_plans();
    names.insert(names.end(), models.begin(), models.end());
    throw UserError(
        fmt::format("there is no network \"{}\"{}", options.network, suggestion(options.network, names)));
  }
  if (input || classes)
    throw UserError(
        "--input and --classes are for networks by description; a model's are those of its model.yaml");
  return layers_of_model(options.network);
}

/// Of how the type's figures came about.
std::vector<std::string> notes_on(const DeviceType& type, const TimePrediction& time) {
  std::vector<std::string> notes;
  for (const std::string& figure : type.not_identified)
    notes.push_back(fmt::format("{} of {} is a data sheet's peak, which no measurement here can tell", figure,
                                type.name));
  if (!time.like_fitted)
    notes.emplace_back(
        "device types are fitted to residual networks on small pictures; of this network the fit knows less, "
        "hence the wide interval");
  if (!time.interval)
    notes.push_back(fmt::format("{} says nothing about how unsure its figures are", type.name));
  return notes;
}

ordered_json json_of(const TimePrediction::Piece& piece, const LayerCost& layers) {
  return {{"name", piece.name},         {"time_s", piece.seconds},
          {"alone_s", piece.alone_s},   {"calls", layers.cost.calls},
          {"flops", layers.cost.flops}, {"bytes", layers.cost.weight_bytes + layers.cost.activation_bytes}};
}

void print_json(const ModelLayers& layers, const DeviceType& type, const TimePrediction& time,
                const TimePrediction& heads) {
  const LayerCost total = layers.plan.total();
  const FeatureShape& input = layers.plan.input;
  ordered_json interval;
  if (time.interval) interval = {{"low", time.interval->low_s}, {"high", time.interval->high_s}};
  ordered_json document{{"network", layers.plan.name},
                        {"device", type.name},
                        {"basis", type.basis},
                        {"input", {input.channels, input.height, input.width}},
                        {"classes", layers.plan.num_classes},
                        {"batch", 1},
                        {"total_s", time.total_s},
                        {"interval_s", interval},
                        {"like_fitted", time.like_fitted},
                        {"overhead_per_run_s", time.overhead_per_run_s},
                        {"calls", total.cost.calls},
                        {"flops", total.cost.flops},
                        {"segments", ordered_json::array()}};
  if (total.parameters > 0) {
    document["parameters"] = total.parameters;
    document["macs"] = total.macs;
  }
  for (std::size_t i = 0; i < time.pieces.size(); ++i)
    document["segments"].push_back(json_of(time.pieces[i], layers.plan.segments[i].layers));
  for (std::size_t i = 0; i < heads.pieces.size(); ++i)
    document["branch_heads"].push_back(json_of(heads.pieces[i], layers.branch_heads[i].layers));
  document["notes"] = notes_on(type, time);
  fmt::print("{}\n", document.dump(2));
}

void print_pieces(const TimePrediction& time, const std::vector<LayerPlan::Segment>& segments) {
  for (std::size_t i = 0; i < time.pieces.size(); ++i) {
    const ComputeCost& cost = segments[i].layers.cost;
    fmt::print("{:<26}{:>7}{:>10.2f}{:>10.3f}{:>10.3f}{:>10.3f}\n", time.pieces[i].name, cost.calls,
               cost.flops * 1e-6, (cost.weight_bytes + cost.activation_bytes) * 1e-6,
               time.pieces[i].seconds * 1e3, time.pieces[i].alone_s * 1e3);
  }
}

void print_table(const ModelLayers& layers, const DeviceType& type, const TimePrediction& time,
                 const TimePrediction& heads) {
  const FeatureShape& input = layers.plan.input;
  fmt::print("{} at {}x{}x{} on {} ({}), batch 1\n\n", layers.plan.name, input.channels, input.height,
             input.width, type.name, type.basis);
  fmt::print("{:<26}{:>7}{:>10}{:>10}{:>10}{:>10}\n", "segment", "calls", "MFLOP", "MB", "ms", "alone ms");
  print_pieces(time, layers.plan.segments);
  if (time.overhead_per_run_s > 0)
    fmt::print("{:<53}{:>10.3f}\n", "overhead of the run", time.overhead_per_run_s * 1e3);
  fmt::print("\ntotal in one go {:.3f} ms", time.total_s * 1e3);
  if (time.interval)
    fmt::print(", probably between {:.3g} and {:.3g} ms", time.interval->low_s * 1e3,
               time.interval->high_s * 1e3);
  fmt::print("\n");
  if (!heads.pieces.empty()) {
    fmt::print("\nbranch heads, each on top when it is asked:\n");
    print_pieces(heads, layers.branch_heads);
  }
  for (const std::string& note : notes_on(type, time)) fmt::print(stderr, "note: {}\n", note);
}

void show_time(const TimeOptions& options) {
  const DeviceType type = read_device_type(options.device, std::filesystem::current_path());
  if (!type.has_figures)
    throw UserError(Place{type.file.string()},
                    "has only segments_s, from which no other network's time follows");
  const ModelLayers layers = layers_of(options);
  const TimePrediction time = predict_time(type, layers.plan);
  LayerPlan branches;
  branches.segments = layers.branch_heads;
  const TimePrediction heads = predict_time(type, branches);
  options.json ? print_json(layers, type, time, heads) : print_table(layers, type, time, heads);
}

}  // namespace

void add_time_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("time", "Predict how long a network takes on a device, at batch 1");
  auto options = std::make_shared<TimeOptions>();
  command
      ->add_option(
          "network", options->network,
          "A network by description (resnet110, mobilenet_v2, ...), a name of models/zoo, or a folder "
          "with a model.yaml (with a slash); weights are not needed")
      ->required();
  command->add_option("--device", options->device, "A device type, or a file that ends in .yaml")->required();
  command->add_option("--input", options->input, "Channels, height and width, such as 3x32x32");
  command->add_option("--classes", options->classes, "Number of classes")->check(CLI::Range(2, 1000000));
  command->add_flag("--json", options->json, "As JSON");
  command->footer("Example:  offramp time resnet110 --device raspberry_pi_4");
  command->callback([options] { show_time(*options); });
}

}  // namespace offramp
