#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <string>
#include <system_error>

#include "models/profiling/calibrate.hpp"
#include "models/profiling/calibration.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/platform/device_fit.hpp"
#include "sim/platform/measurements.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

/// "AMD EPYC 7R32", or the architecture where Linux does not say more.
std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  struct utsname machine {};
  return ::uname(&machine) == 0 ? machine.machine : "unknown processor";
}

/// Inside double quotes of YAML.
std::string quoted(const std::string& text) {
  std::string safe;
  for (const char c : text)
    if (c != '"' && c != '\\' && c >= ' ') safe += c;
  return fmt::format("\"{}\"", safe);
}

std::string csv_of(const Calibration& calibration, const std::string& name) {
  std::string csv =
      "# ResNet-20 at 3x32x32, batch 1, one thread, by offramp calibrate: median time of each block run "
      "alone\n"
      "# alone and of the whole network in one go.\nmachine,network,piece,milliseconds\n";
  for (const Calibration::Piece& piece : calibration.pieces)
    csv += fmt::format("{},resnet20,{},{:.6g}\n", name, piece.name, piece.seconds * 1e3);
  return csv;
}

std::string yaml_of(const Calibration& calibration, const std::string& name, const DeviceFit& fit) {
  const ComputeFigures& figures = fit.figures;
  std::string not_identified;
  if (!fit.rate_identified) not_identified += "rate";
  if (!fit.memory_bandwidth_identified)
    not_identified += not_identified.empty() ? "memory_bandwidth" : ", memory_bandwidth";
  const std::string fitted = "offramp calibrate: ResNet-20 blocks and whole, least squares";
  return fmt::format(
             "# Written by `offramp calibrate`, which overwrites it. `offramp fit-device {}` says how good "
             "the fit is.\n"
             "name: {}\ndescription: {}\nbasis: measured\n\n",
             name, name, quoted(fmt::format("This machine, one thread of {}", processor_name()))) +
         fmt::format(
             "compute:\n  overhead_per_run: {:.6g}us\n  overhead_per_call: {:.6g}us\n  rate: {:.6g}GFLOP/s\n"
             "  memory_bandwidth: {:.6g}GBps\n  not_identified: [{}]\n",
             figures.s_per_run * 1e6, figures.s_per_call * 1e6, 1e-9 / figures.s_per_flop,
             1e-9 / figures.s_per_byte, not_identified) +
         fmt::format(
             "fit:\n  measurements: {}.csv\n  machine: {}\n  peak_rate: {:.9g}GFLOP/s\n"
             "  peak_memory_bandwidth: {:.9g}GBps\n",
             name, name, calibration.peak_flops_per_s * 1e-9, calibration.peak_memory_bytes_per_s * 1e-9) +
         fmt::format(
             "service_spread: {:.3g}\nmemory: {:.4g}GB\ncodec: {{zstd: {:.4g}ms/MB}}\npower: {{idle: 0W, "
             "busy: "
             "0W}}\n\n",
             calibration.service_spread, calibration.memory_bytes * 1e-9, calibration.zstd_s_per_byte * 1e9) +
         fmt::format(
             "sources:\n  overhead_per_run: \"{0}\"\n  overhead_per_call: \"{0}\"\n  rate: \"{0}\"\n"
             "  memory_bandwidth: \"{0}\"\n"
             "  peak_rate: \"offramp calibrate: the best of several large matrix products, one thread\"\n"
             "  peak_memory_bandwidth: \"offramp calibrate: the best of several copies of 64 MiB, one "
             "thread\"\n"
             "  service_spread: \"offramp calibrate: half of the range from the 16th to the 84th percentile "
             "of "
             "ResNet-20\"\n"
             "  memory: \"what the system reports\"\n"
             "  zstd: \"offramp calibrate: zstd -3 on a text like a feature\"\n"
             "  idle: \"not measured: write what your meter says, or energy leaves this machine out\"\n"
             "  busy: \"not measured: write what your meter says, or energy leaves this machine out\"\n",
             fitted);
}

}  // namespace

fs::path write_device_type(const Calibration& calibration, const std::string& name, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw UserError(Place{folder.string()}, "cannot make the folder: " + error.message());
  const fs::path csv = folder / (name + ".csv");
  write_file_atomically(csv, csv_of(calibration, name));
  const ComputeFigures peak{0, 0, 1 / calibration.peak_flops_per_s, 1 / calibration.peak_memory_bytes_per_s};
  const DeviceFit fit = fit_device(read_measurements(csv, name), peak);
  const fs::path yaml = folder / (name + ".yaml");
  write_file_atomically(yaml, yaml_of(calibration, name, fit));
  return yaml;
}

fs::path calibrate_this_machine(int runs, const fs::path& folder) {
  return write_device_type(measure_this_machine(runs), kThisMachine, folder);
}

}  // namespace offramp
