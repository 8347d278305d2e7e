#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "models/cli/subcommands.hpp"
#include "models/profiling/measured_times.hpp"
#include "sim/core/atomic_output.hpp"

namespace offramp {
namespace {

struct MeasureOptions {
  ModelAndData common;
  std::string plain, out;
  ExitRule rule;
  std::vector<double> temperatures;
  std::size_t images = 1000;
};

void measure(const MeasureOptions& options) {
  const ModelDescription model = options.common.description();
  std::optional<ModelDescription> plain;
  if (!options.plain.empty()) plain = read_model_description(options.plain, std::filesystem::current_path());
  const std::optional<std::filesystem::path>& folder = options.common.data;
  const MeasuredTimes times =
      is_people_dataset(model.dataset, folder)
          ? measure_people_counter(model, load_people_dataset(model.dataset, folder, model.input),
                                   options.rule, options.images)
          : measure_model(model, plain ? &*plain : nullptr, load_dataset(model.dataset, folder), options.rule,
                          options.temperatures, options.images);
  const nlohmann::ordered_json document{{"images", times.images},
                                        {"plain_s", times.plain_s},
                                        {"early_exit_s", times.early_exit_s},
                                        {"gain", times.gain},
                                        {"gain_lowest", times.gain_lowest},
                                        {"gain_highest", times.gain_highest},
                                        {"exit_shares", times.exit_shares},
                                        {"threads", 1},
                                        {"how", times.how}};
  const std::string text = document.dump(2) + "\n";
  if (options.out.empty())
    fmt::print("{}", text);
  else
    write_file_atomically(options.out, text);
}

}  // namespace

void add_measure_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "measure",
      "Time a network at batch 1 on this machine, with its exits taken and without; offramp evaluate calls "
      "this");
  const auto options = std::make_shared<MeasureOptions>();
  options->common.add_to(*command);
  command->add_option("--plain", options->plain,
                      "the model that stands for \"without exits\"; default: itself");
  command->add_option("--rule", options->rule.rule, "exit rule")->required();
  command->add_option("--thresholds", options->rule.thresholds, "one for each exit before the final one")
      ->delimiter(',');
  command->add_option("--temperatures", options->temperatures, "one an exit")->delimiter(',');
  command->add_option("--patience", options->rule.patience, "of the rule patience");
  command->add_option("--exit", options->rule.exit, "of the rule fixed");
  command->add_option("--images", options->images, "how many test images")->check(CLI::Range(1, 1000000));
  command->add_option("--out", options->out, "file; default: standard output");
  command->footer("Example: offramp-models measure b_lenet_fashion --rule entropy --thresholds 0.7");
  command->callback([options] { measure(*options); });
}

}  // namespace offramp
