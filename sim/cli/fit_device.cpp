#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/program.hpp"
#include "sim/core/error.hpp"
#include "sim/platform/fitted_type.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const std::vector<LeftOut>& errors) {
  ordered_json list = ordered_json::array();
  for (const LeftOut& one : errors)
    list.push_back({{"left_out", one.name}, {"relative_error", one.mean_relative_error}});
  return list;
}

ordered_json json_of(const ComputeFigures& figures) {
  return {{"overhead_s_per_run", figures.s_per_run},
          {"overhead_s_per_call", figures.s_per_call},
          {"flops_per_s", 1 / figures.s_per_flop},
          {"memory_bytes_per_s", 1 / figures.s_per_byte}};
}

void print_json(const DeviceType& type, const FittedType& fitted) {
  ordered_json document{{"device", type.name},
                        {"measurements", type.fit->measurements.string()},
                        {"machine", type.fit->machine},
                        {"slower", type.fit->slower},
                        {"fitted", json_of(fitted.expected)},
                        {"in_file", json_of(figures_of(type))},
                        {"not_identified", fitted.not_identified},
                        {"rms_relative_error", fitted.fit.rms_relative_error}};
  ordered_json pieces = ordered_json::array();
  for (std::size_t i = 0; i < fitted.measured.size(); ++i)
    pieces.push_back({{"piece", fitted.measured[i].name},
                      {"measured_s", fitted.measured[i].seconds},
                      {"relative_error", fitted.fit.relative_errors[i]}});
  document["pieces"] = std::move(pieces);
  document["leave_one_out"] = json_of(leave_one_out(fitted.measured, peak_of(*type.fit)));
  document["leave_kind_out"] = json_of(leave_kind_out(fitted.measured, peak_of(*type.fit)));
  fmt::print("{}\n", document.dump(2));
}

void print_figure(const char* name, double fitted, double in_file, const char* unit) {
  fmt::print("  {:<18}{:>12.4g}{:>12.4g}  {}\n", name, fitted, in_file, unit);
}

void print_table(const DeviceType& type, const FittedType& fitted) {
  const ComputeFigures fit = fitted.expected, own = figures_of(type);
  fmt::print("{} from {} ({}), {} times its times\n\n", type.name, type.fit->machine,
             type.fit->measurements.filename().string(), type.fit->slower);
  fmt::print("  {:<18}{:>12}{:>12}\n", "", "fitted", "in its file");
  print_figure("overhead a run", fit.s_per_run * 1e6, own.s_per_run * 1e6, "us");
  print_figure("overhead a call", fit.s_per_call * 1e6, own.s_per_call * 1e6, "us");
  print_figure("rate", 1e-9 / fit.s_per_flop, 1e-9 / own.s_per_flop, "GFLOP/s");
  print_figure("memory bandwidth", 1e-9 / fit.s_per_byte, 1e-9 / own.s_per_byte, "GB/s");
  for (const std::string& figure : fitted.not_identified)
    fmt::print("  {} is not identifiable from these times: the data sheet's peak stands, a bound\n", figure);
  fmt::print("\n  {:<24}{:>10}{:>10}{:>16}\n", "piece", "ms", "error %", "left out, %");
  const std::vector<LeftOut> alone = leave_one_out(fitted.measured, peak_of(*type.fit));
  for (std::size_t i = 0; i < fitted.measured.size(); ++i)
    fmt::print("  {:<24}{:>10.3f}{:>+10.1f}{:>+16.1f}\n", fitted.measured[i].name,
               fitted.measured[i].seconds * 1e3, 100 * fitted.fit.relative_errors[i],
               100 * alone[i].mean_relative_error);
  fmt::print("  root mean square error {:.1f} %\n\n", 100 * fitted.fit.rms_relative_error);
  for (const LeftOut& kind : leave_kind_out(fitted.measured, peak_of(*type.fit)))
    fmt::print("  fitted without \"{}\" and the whole, predicts them {:+.1f} % off\n", kind.name,
               100 * kind.mean_relative_error);
}

}  // namespace

void add_fit_device_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("fit-device", "Fit a device type to its measurements, and say how well that works");
  auto name = std::make_shared<std::string>();
  auto as_json = std::make_shared<bool>(false);
  command->add_option("type", *name, "A device type with `fit`, or a file")->required();
  command->add_flag("--json", *as_json, "As JSON");
  command->footer("Example:  offramp fit-device a1_medium");
  command->callback([name, as_json] {
    const DeviceType type = read_device_type(*name, ".");
    if (!type.fit || !type.has_figures)
      throw UserError(Place{type.file.string()}, "has no \"fit\", so there is nothing to fit it to");
    const FittedType fitted = fit_type(type);
    *as_json ? print_json(type, fitted) : print_table(type, fitted);
  });
}

}  // namespace offramp
