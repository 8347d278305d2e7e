#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "models/cli/subcommands.hpp"
#include "models/profiling/model_costs.hpp"
#include "sim/core/atomic_output.hpp"

namespace offramp {
namespace {

nlohmann::ordered_json json_of(const ComputeCost& cost) {
  return {{"calls", cost.calls},
          {"flops", cost.flops},
          {"weight_bytes", cost.weight_bytes},
          {"activation_bytes", cost.activation_bytes}};
}

}  // namespace

void add_costs_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "costs", "Count what each exit of a model asks of a processor; weights are not needed");
  const auto model = std::make_shared<std::string>();
  const auto out = std::make_shared<std::string>();
  command->add_option("MODEL", *model, "a name of models/zoo, or a folder with a model.yaml (with a slash)")
      ->required();
  command->add_option("--out", *out, "file; default: standard output");
  command->footer("Example: offramp-models costs b_lenet_fashion");
  command->callback([model, out] {
    nlohmann::ordered_json exits = nlohmann::ordered_json::array();
    for (const ExitCost& exit :
         count_model_costs(read_model_description(*model, std::filesystem::current_path())))
      exits.push_back({{"backbone", json_of(exit.backbone)}, {"head", json_of(exit.head)}});
    const std::string text = exits.dump(2) + "\n";
    if (out->empty())
      fmt::print("{}", text);
    else
      write_file_atomically(*out, text);
  });
}

}  // namespace offramp
