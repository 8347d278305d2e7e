#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/figures.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/study.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

struct PlotOptions {
  std::vector<std::string> inputs;
  std::string x;
  std::string y;
  std::string by;
  std::vector<std::string> filters;
  std::string out;
  std::string formats = "svg,png,pdf";
  std::string width = "one";
};

std::vector<std::string> arguments_of(const PlotOptions& options) {
  std::vector<std::string> arguments{"--format", options.formats, "--width", options.width};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) arguments.insert(arguments.end(), {name, value});
  };
  add("--x", options.x);
  add("--y", options.y);
  add("--by", options.by);
  return arguments;
}

int draw(const PlotOptions& options) {
  std::vector<std::string> arguments = arguments_of(options);
  const auto into = [&](const fs::path& usual) {
    arguments.insert(arguments.end(), {"--out", options.out.empty() ? usual.string() : options.out});
  };
  const std::vector<fs::path> paths(options.inputs.begin(), options.inputs.end());
  const auto is_evaluation = [](const fs::path& path) { return path.extension() == ".json"; };
  if (std::all_of(paths.begin(), paths.end(), is_evaluation)) {
    if (!options.out.empty()) into(options.out);
    arguments.insert(arguments.end(), options.inputs.begin(), options.inputs.end());
    return draw_figures(nlohmann::ordered_json::object(), arguments);
  }
  if (std::any_of(paths.begin(), paths.end(), holds_sweep)) {
    if (paths.size() > 1)
      throw UserError(Place{options.inputs[1]}, "a sweep is drawn on its own; give one sweep, or only runs");
    const fs::path directory = fs::is_directory(paths[0]) ? paths[0] : paths[0].parent_path();
    into(directory / "figures");
    return draw_figures(study_of_sweep(paths[0], options.filters), arguments);
  }
  std::vector<fs::path> kept;
  const nlohmann::ordered_json study = study_of_runs(paths, options.filters, kept);
  into(kept.size() == 1 ? kept[0] / "figures" : fs::path("figures"));
  for (const fs::path& run : kept) arguments.push_back(run.string());
  return draw_figures(study, arguments);
}

}  // namespace

void add_plot_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("plot", "Draw the figures that fit a run, several runs or a sweep");
  auto options = std::make_shared<PlotOptions>();
  command
      ->add_option("directories", options->inputs,
                   "Directory of a run or a sweep, several runs side by side, or a file of `offramp evaluate "
                   "--codecs --json`")
      ->required()
      ->type_name("DIR...");
  command->add_option("--x", options->x, "A figure of one's own: parameter or figure along the x axis")
      ->type_name("KEY");
  command->add_option("--y", options->y, "Figures along the y axis; of a sweep also without --x")
      ->type_name("KEY,...");
  command->add_option("--by", options->by, "Parameter with a line or colour for each of its values")
      ->type_name("KEY");
  command
      ->add_option("--filter", options->filters,
                   "Draw only where this holds: 'devices.0.count <= 200'; may be given again")
      ->type_name("CONDITION")
      ->take_all()
      ->expected(1);
  command
      ->add_option("--out", options->out,
                   "Where the figures go (default: DIR/figures; of several runs: figures)")
      ->type_name("DIR");
  command->add_option("--format", options->formats, "svg, png, pdf, or several of them")
      ->capture_default_str()
      ->type_name("FORMAT,...");
  command->add_option("--width", options->width, "Of a page with two columns, how many the figure takes")
      ->capture_default_str()
      ->check(CLI::IsMember({"one", "two"}));
  command->footer(
      "Examples:  offramp plot runs/quickstart\n"
      "           offramp plot runs/thresholds --x devices.0.count --y latency_s.p95,accuracy.top1 \\\n"
      "             --by devices.0.policy.thresholds_nats.0 --filter 'network.uplink.bandwidth >= 6Mbps'");
  command->callback([options] {
    const int code = draw(*options);
    if (code != 0) throw UserError("the figures were not drawn; the cause is above");
  });
}

}  // namespace offramp
