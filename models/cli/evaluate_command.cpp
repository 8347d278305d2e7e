#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "models/cli/subcommands.hpp"
#include "models/profiling/evaluate_model.hpp"

namespace offramp {
namespace {

nlohmann::ordered_json as_json(const Evaluation& evaluation) {
  nlohmann::ordered_json exits = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < evaluation.result.exits.size(); ++i) {
    const std::optional<double> accuracy = evaluation.result.accuracy_at(i);
    exits.push_back({{"share", evaluation.result.share(i)},
                     {"accuracy", accuracy ? nlohmann::ordered_json(*accuracy) : nlohmann::ordered_json()},
                     {"accuracy_all_images", evaluation.accuracy_all_images[i]}});
  }
  return {{"model", evaluation.model},
          {"data", evaluation.dataset},
          {"images", evaluation.result.images},
          {"thresholds_nats", evaluation.thresholds_nats},
          {"total_accuracy", evaluation.result.accuracy()},
          {"exits", exits}};
}

void print_table(const Evaluation& evaluation) {
  fmt::print("{} on {} test images of {}\n\n", evaluation.model, evaluation.result.images,
             evaluation.dataset);
  fmt::print("exit   threshold   leave there   accuracy there   accuracy on all images\n");
  for (std::size_t i = 0; i < evaluation.result.exits.size(); ++i) {
    const std::optional<double> accuracy = evaluation.result.accuracy_at(i);
    fmt::print(
        "{:<6} {:>9} {:>13} {:>16} {:>24}\n", i,
        i < evaluation.thresholds_nats.size() ? fmt::format("{:.4f}", evaluation.thresholds_nats[i]) : "-",
        fmt::format("{:.2f} %", 100 * evaluation.result.share(i)),
        accuracy ? fmt::format("{:.2f} %", 100 * *accuracy) : "nobody left",
        fmt::format("{:.2f} %", 100 * evaluation.accuracy_all_images[i]));
  }
  fmt::print("\ntotal accuracy {:.2f} %\n", 100 * evaluation.result.accuracy());
}

struct EvaluateOptions {
  ModelAndData common;
  bool json = false;
};

void evaluate(const EvaluateOptions& options) {
  const ModelDescription model = options.common.description();
  const Evaluation evaluation = evaluate_model(model, load_dataset(model.dataset, options.common.data));
  if (options.json)
    std::cout << as_json(evaluation).dump(2) << "\n";
  else
    print_table(evaluation);
}

}  // namespace

void add_evaluate_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "evaluate", "Run a trained network over the test images, with the thresholds of its card");
  command->footer("Example: offramp evaluate b_lenet_fashion --json");
  const auto options = std::make_shared<EvaluateOptions>();
  options->common.add_to(*command);
  command->add_flag("--json", options->json, "print JSON instead of a table");
  command->callback([options] { evaluate(*options); });
}

}  // namespace offramp
