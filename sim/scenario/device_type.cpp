#include "sim/scenario/device_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/scenario/yaml_map.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

fs::path shipped_directory() {
  return fs::absolute(installation_root() / "scenarios" / "devices").lexically_normal();
}

fs::path file_of(const std::string& name_or_file, const fs::path& base) {
  if (name_or_file.ends_with(".yaml")) return fs::absolute(base / name_or_file).lexically_normal();
  const std::vector<std::string> names = list_device_types();
  if (std::find(names.begin(), names.end(), name_or_file) == names.end())
    throw UserError(fmt::format("there is no device type \"{}\"{} (a file of your own ends in \".yaml\")",
                                name_or_file, suggestion(name_or_file, names)));
  return shipped_directory() / (name_or_file + ".yaml");
}

/// Reads figures, each of which must have its source in the file's `sources`.
class FigureReader {
 public:
  explicit FigureReader(const YamlCursor& sources) : sources_(sources) {}

  void read(YamlMap& map, const std::string& key, const std::string& example, double& value,
            const QuantityKind& kind, NumberRange range) {
    map.required(key, key + ": " + example).read_quantity(value, kind, range);
    read_source(key);
  }
  void read_optional(YamlMap& map, const std::string& key, double& value, const QuantityKind& kind) {
    const YamlCursor figure = map.optional(key);
    if (!figure) return;
    figure.read_quantity(value, kind, kNotNegative);
    read_source(key);
  }
  /// A number without a unit, or a percentage.
  void read_optional_share(YamlMap& map, const std::string& key, double& value) {
    const YamlCursor figure = map.optional(key);
    if (!figure) return;
    figure.read_share(value, kNotNegative);
    read_source(key);
  }
  void finish() { sources_.finish(); }

 private:
  void read_source(const std::string& key) {
    std::string source;
    sources_.required(key, key + ": measured with ...").read_text(source, "\"vendor's data sheet, 2019\"");
  }

  YamlMap sources_;
};

DeviceType read_fields(const YamlCursor& root) {
  DeviceType type;
  YamlMap map(root);
  map.required("name", "name: raspberry_pi_4").read_text(type.name, "raspberry_pi_4");
  map.required("description", "description: Raspberry Pi 4, four Cortex-A72 cores")
      .read_text(type.description, "\"Raspberry Pi 4\"");
  map.required("basis", "basis: measured").read_choice(type.basis, {"measured", "data sheet"});
  FigureReader figures(map.required("sources", "sources: {rate: vendor's data sheet}"));

  YamlMap compute(
      map.required("compute", "compute: {overhead_per_call: 50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}"));
  figures.read_optional(compute, "overhead_per_run", type.overhead_s_per_run, kDuration);
  figures.read(compute, "overhead_per_call", "50us", type.overhead_s_per_call, kDuration, kNotNegative);
  figures.read(compute, "rate", "5GFLOP/s", type.flops_per_s, kComputeRate, kPositive);
  figures.read(compute, "memory_bandwidth", "4GBps", type.memory_bytes_per_s, kBandwidth, kPositive);
  figures.read_optional_share(compute, "service_spread", type.service_spread);
  compute.finish();
  figures.read(map, "memory", "4GB", type.memory_bytes, kDataSize, kPositive);

  YamlMap codec(map.required("codec", "codec: {zstd: 12ms/MB}"));
  figures.read(codec, "zstd", "12ms/MB", type.zstd_s_per_byte, kDurationPerSize, kPositive);
  codec.finish();

  YamlMap power(map.required("power", "power: {idle: 2.7W, busy: 6.4W}"));
  figures.read(power, "idle", "2.7W", type.idle_w, kPower, kNotNegative);
  const YamlCursor busy = power.optional("busy");
  figures.read(power, "busy", "6.4W", type.busy_w, kPower, kNotNegative);
  if (busy && type.busy_w > 0 && type.busy_w < type.idle_w) busy.refuse("is less than power.idle");
  power.finish();

  if (const YamlCursor radio = map.optional("radio")) {
    YamlMap radio_map(radio);
    figures.read_optional(radio_map, "energy", type.radio_j_per_byte, kEnergyPerByte);
    figures.read_optional(radio_map, "while_sending", type.radio_w, kPower);
    radio_map.finish();
  }
  figures.finish();
  map.finish();
  return type;
}

}  // namespace

DeviceType read_device_type(const std::string& name_or_file, const fs::path& base) {
  const fs::path file = file_of(name_or_file, base);
  std::vector<Problem> problems;
  const std::optional<YamlNode> document = load_yaml(file, problems);
  DeviceType type;
  if (document) {
    const YamlCursor root(&*document, "", problems);
    type = read_fields(root);
    type.file = file;
    if (!type.name.empty() && type.name != file.stem())
      YamlMap(root).optional("name").refuse(
          fmt::format("\"{}\" is not the file's name; write \"{}\"", type.name, file.stem().string()));
  }
  throw_if_any(std::move(problems));
  return type;
}

std::vector<std::string> list_device_types() {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped_directory(), error))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace offramp
