#include "sim/scenario/device_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

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

fs::path users_directory() { return fs::absolute(configuration_directory() / "devices").lexically_normal(); }

std::function<void()>& calibration() {
  static std::function<void()> calibrate;
  return calibrate;
}

void add_names(const fs::path& directory, std::set<std::string>& names) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error))
    if (entry.path().extension() == ".yaml") names.insert(entry.path().stem().string());
}

fs::path file_of(const std::string& name_or_file, const fs::path& base) {
  if (name_or_file.ends_with(".yaml")) return fs::absolute(base / name_or_file).lexically_normal();
  if (name_or_file == kThisMachine && !fs::exists(this_machine_file()) && calibration()) calibration()();
  const bool plain = name_or_file.find('/') == std::string::npos;
  for (const fs::path& directory :
       {base.empty() ? shipped_directory() : fs::absolute(base), users_directory(), shipped_directory()}) {
    const fs::path file = (directory / (name_or_file + ".yaml")).lexically_normal();
    if (plain && fs::is_regular_file(file)) return file;
  }
  throw UserError(fmt::format("there is no device type \"{}\"{} (a file of your own ends in \".yaml\")",
                              name_or_file, suggestion(name_or_file, list_device_types())));
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
  void read_optional_number(YamlMap& map, const std::string& key, double& value, NumberRange range) {
    const YamlCursor figure = map.optional(key);
    if (!figure) return;
    figure.read_number(value, range);
    read_source(key);
  }
  void read_source(const std::string& key) {
    std::string source;
    sources_.required(key, key + ": measured with ...").read_text(source, "\"vendor's data sheet, 2019\"");
  }
  void finish() { sources_.finish(); }

 private:
  YamlMap sources_;
};

void read_compute(const YamlCursor& cursor, FigureReader& figures, DeviceType& type) {
  YamlMap compute(cursor);
  figures.read_optional(compute, "overhead_per_run", type.overhead_s_per_run, kDuration);
  figures.read(compute, "overhead_per_call", "50us", type.overhead_s_per_call, kDuration, kNotNegative);
  figures.read(compute, "rate", "5GFLOP/s", type.flops_per_s, kComputeRate, kPositive);
  figures.read(compute, "memory_bandwidth", "4GBps", type.memory_bytes_per_s, kBandwidth, kPositive);
  for (const YamlCursor& item : compute.optional("not_identified").items())
    item.read_choice(type.not_identified.emplace_back(), {"rate", "memory_bandwidth"});
  figures.read_optional_number(compute, "margin", type.margin, {1, true});
  compute.finish();
}

/// What the figures were fitted to: a file of measurements, or what another type was fitted to.
void read_fit(const YamlCursor& cursor, const fs::path& folder, FigureReader& figures, DeviceType& type) {
  FitSource& fit = type.fit.emplace();
  YamlMap map(cursor);
  if (const YamlCursor like = map.optional("like")) {
    std::string other;
    if (like.read_text(other, "a1_medium")) {
      const DeviceType measured = read_device_type(other, folder);
      if (measured.fit && measured.fit->slower == 1)
        fit = *measured.fit;
      else
        like.refuse(fmt::format("{} is not fitted to measurements of its own", other));
    }
    figures.read_optional_number(map, "slower", fit.slower, kPositive);
  } else {
    std::string file;
    if (map.required("measurements", "measurements: times.csv").read_text(file, "times.csv"))
      fit.measurements = fs::absolute(folder / file).lexically_normal();
    map.required("machine", "machine: a1.medium").read_text(fit.machine, "a1.medium");
    figures.read(map, "peak_rate", "37GFLOP/s", fit.peak_flops_per_s, kComputeRate, kPositive);
    figures.read(map, "peak_memory_bandwidth", "20GBps", fit.peak_memory_bytes_per_s, kBandwidth, kPositive);
  }
  if (type.margin == 0) type.margin = 1;
  map.finish();
}

/// MODEL: [seconds of each segment with its head], or MODEL: {backbone: [...], heads: [...]}.
void read_segments(const YamlCursor& cursor, DeviceType& type) {
  const auto read_times = [](const YamlCursor& list, std::vector<double>& times_s) {
    if (list && list.node()->kind != YamlNode::Kind::sequence)
      return list.refuse("is not a list; write each segment's seconds, such as [0.012, 0.031]");
    for (const YamlCursor& item : list.items()) item.read_number(times_s.emplace_back(), kNotNegative);
  };
  for (const auto& [model, value] : cursor.entries()) {
    SegmentTimes& times = type.segments_s[model];
    if (value.node()->kind != YamlNode::Kind::map) {
      read_times(value, times.backbone_s);
      continue;
    }
    YamlMap map(value);
    read_times(map.required("backbone", "backbone: [0.012, 0.031]"), times.backbone_s);
    const YamlCursor heads = map.required("heads", "heads: [0.002, 0.001]");
    read_times(heads, times.heads_s);
    if (heads && times.heads_s.size() != times.backbone_s.size())
      heads.refuse(fmt::format("{} values; backbone has {}", times.heads_s.size(), times.backbone_s.size()));
    map.finish();
  }
}

DeviceType read_fields(const YamlCursor& root, const fs::path& folder) {
  DeviceType type;
  YamlMap map(root);
  map.required("name", "name: raspberry_pi_4").read_text(type.name, "raspberry_pi_4");
  map.required("description", "description: Raspberry Pi 4, four Cortex-A72 cores")
      .read_text(type.description, "\"Raspberry Pi 4\"");
  map.required("basis", "basis: measured").read_choice(type.basis, {"measured", "from data sheet"});
  FigureReader figures(map.required("sources", "sources: {rate: vendor's data sheet}"));

  const YamlCursor segments = map.optional("segments_s");
  if (segments) {
    figures.read_source("segments_s");
    read_segments(segments, type);
  }
  const std::string example = "compute: {overhead_per_call: 50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}";
  const YamlCursor compute = segments ? map.optional("compute") : map.required("compute", example);
  type.has_figures = compute || !segments;
  if (type.has_figures) read_compute(compute, figures, type);
  if (const YamlCursor fit = map.optional("fit")) read_fit(fit, folder, figures, type);
  figures.read_optional_share(map, "service_spread", type.service_spread);
  figures.read(map, "memory", "4GB", type.memory_bytes, kDataSize, kPositive);
  if (const YamlCursor precision = map.optional("precision")) {
    std::string name;
    if (precision.read_choice(name, {"f32", "f16", "bf16", "int8"}))
      type.bytes_per_value = name == "f32" ? 4 : name == "int8" ? 1 : 2;
  }

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
    type = read_fields(root, file.parent_path());
    type.file = file;
    if (!type.name.empty() && type.name != file.stem())
      YamlMap(root).optional("name").refuse(
          fmt::format("\"{}\" is not the file's name; write \"{}\"", type.name, file.stem().string()));
  }
  throw_if_any(std::move(problems));
  return type;
}

std::vector<std::string> list_device_types() {
  std::set<std::string> names;
  add_names(shipped_directory(), names);
  add_names(users_directory(), names);
  return {names.begin(), names.end()};
}

fs::path this_machine_file() { return users_directory() / fmt::format("{}.yaml", kThisMachine); }

void set_calibration(std::function<void()> calibrate) { calibration() = std::move(calibrate); }

}  // namespace offramp
