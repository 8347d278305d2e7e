#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/child_program.hpp"
#include "sim/cli/program.hpp"
#include "sim/core/installation.hpp"
#include "sim/scenario/adapt_rules.hpp"
#include "sim/scenario/device_type.hpp"
#include "sim/scenario/model_description.hpp"
#include "sim/scenario/policy_rules.hpp"

namespace offramp {
namespace {

struct Row {
  std::string name;
  std::string explanation;
};

std::vector<Row> models() {
  std::vector<Row> rows;
  for (const std::string& name : list_models()) {
    const ModelDescription model = read_model_description(name, {});
    const bool trained = std::filesystem::exists(model.directory / "weights.safetensors");
    rows.push_back({name, fmt::format("{} on {}, {} exit{}{}", model.network, model.dataset, model.num_exits,
                                      model.num_exits == 1 ? "" : "s", trained ? "" : "; not trained yet")});
  }
  return rows;
}

std::vector<Row> devices() {
  std::vector<Row> rows;
  for (const std::string& name : list_device_types()) {
    const DeviceType type = read_device_type(name, {});
    rows.push_back({name, fmt::format("{:<16}  {}", type.basis, type.description)});
  }
  return rows;
}

std::vector<Row> policies() {
  std::vector<Row> rows;
  for (const PolicyRule& rule : policy_rules())
    rows.push_back({std::string(rule.name), std::string(rule.explanation)});
  for (const AdaptRule& rule : adapt_rules())
    if (rule.name != "none") rows.push_back({std::string(rule.name), std::string(rule.explanation)});
  return rows;
}

std::vector<Row> scenarios() {
  std::vector<Row> rows;
  const std::filesystem::path folder = installation_root() / "scenarios";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::filesystem::path relative = std::filesystem::relative(entry.path(), folder);
    if (entry.path().extension() == ".yaml" && relative.begin()->string() != "devices")
      rows.push_back({relative.string(), entry.path().string()});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.name < b.name; });
  return rows;
}

void print(const std::vector<Row>& rows, bool as_json) {
  if (as_json) {
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    for (const Row& row : rows) document.push_back({{"name", row.name}, {"explanation", row.explanation}});
    fmt::print("{}\n", document.dump(2));
    return;
  }
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.name.size());
  for (const Row& row : rows) fmt::print("{:<{}}  {}\n", row.name, width, row.explanation);
}

}  // namespace

void add_list_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "List models, codecs, policies, devices or scenarios");
  auto what = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  command->add_option("what", *what, "What to list")
      ->required()
      ->check(CLI::IsMember({"models", "codecs", "policies", "devices", "scenarios"}));
  command->add_flag("--json", *as_json, "As JSON");
  command->footer("Example:  offramp list devices");
  command->callback([what, as_json] {
    if (*what == "codecs")
      become_program(models_program(), *as_json ? std::vector<std::string>{"codecs", "--json"}
                                                : std::vector<std::string>{"codecs"});
    print(*what == "models"     ? models()
          : *what == "devices"  ? devices()
          : *what == "policies" ? policies()
                                : scenarios(),
          *as_json);
  });
}

}  // namespace offramp
