#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/count_report.hpp"
#include "sim/cli/program.hpp"
#include "sim/core/error.hpp"
#include "sim/core/quantity.hpp"

namespace offramp {
namespace {

struct Options {
  std::string file;
  std::string frame_interval;
  std::vector<std::string> only, without;
  bool stays = false;
  bool predict = false;
  bool json = false;
};

bool matches(const std::string& name, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

std::vector<CountSeries> read_series(const Options& options) {
  std::optional<double> frame_interval_s;
  if (!options.frame_interval.empty()) {
    try {
      frame_interval_s = parse_quantity(options.frame_interval, kDuration);
    } catch (const BadQuantity& bad) {
      throw UserError(Place{"--frame-interval"}, bad.what());
    }
    if (*frame_interval_s <= 0)
      throw UserError(Place{"--frame-interval"},
                      fmt::format("\"{}\" is not above 0s", options.frame_interval));
  }
  std::vector<CountSeries> all;
  if (options.file == "-") {
    all = read_count_series(std::cin, "standard input", frame_interval_s);
  } else {
    std::ifstream in(options.file, std::ios::binary);
    if (!in) throw UserError(Place{options.file}, "there is no such file");
    all = read_count_series(in, options.file, frame_interval_s);
  }
  std::vector<CountSeries> chosen;
  for (const CountSeries& series : all)
    if ((options.only.empty() || matches(series.name, options.only)) &&
        !matches(series.name, options.without))
      chosen.push_back(series);
  if (chosen.empty()) {
    std::vector<std::string> names;
    for (const CountSeries& series : all) names.push_back(series.name);
    throw UserError(
        Place{options.file},
        fmt::format("no series is left by --series and --without; there are {}", fmt::join(names, ", ")));
  }
  return chosen;
}

void fit(const Options& options) {
  const std::vector<CountSeries> series = read_series(options);
  if (options.predict) {
    std::vector<SeriesCheck> checks;
    for (const CountSeries& one : series) checks.push_back(check_by_prediction(one, 1));
    options.json ? print_checks_json(checks) : print_checks(checks);
    return;
  }
  const CountReport report = fit_series(series, options.stays ? Stays::any_shape : Stays::exponential);
  options.json ? print_fits_json(report) : print_fits(report);
}

}  // namespace

void add_fit_counts_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "fit-counts", "Fit the process of people in view to counts, for `people:` of a scenario");
  auto options = std::make_shared<Options>();
  command
      ->add_option("csv", options->file,
                   "Columns time_s (or frame) and count; dataset, sequence and camera where there are more "
                   "series; - is standard input")
      ->required();
  command
      ->add_option(
          "--series", options->only,
          "Only series of this name, dataset/sequence/camera; * stands for anything; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--without", options->without, "Not series of this name; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--frame-interval", options->frame_interval,
                      "From frame to frame, of series without times: 0.5s");
  command->add_flag("--stays", options->stays, "Fit the shape of the times that people stay, too");
  command->add_flag("--predict", options->predict,
                    "Fit the first half of each series and hold what it predicts beside the second");
  command->add_flag("--json", options->json, "As JSON");
  command->footer(
      "Examples:  offramp fit-counts entrance.csv\n"
      "           xz -dc counts_per_frame.csv.xz | offramp fit-counts - --series 'wildtrack/*' --without "
      "'*/area'");
  command->callback([options] { fit(*options); });
}

}  // namespace offramp
