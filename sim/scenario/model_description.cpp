#include "sim/scenario/model_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/scenario/allowed_path.hpp"
#include "sim/scenario/yaml_map.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxSide = 65536;
constexpr std::uint64_t kMaxClasses = 1'000'000;
constexpr std::uint64_t kMaxExits = 1000;
constexpr std::uint64_t kMaxGridSide = 1024;

fs::path zoo_directory() { return fs::absolute(installation_root() / "models" / "zoo").lexically_normal(); }

fs::path directory_of(const std::string& name_or_directory, const fs::path& base) {
  if (name_or_directory.find('/') != std::string::npos) {
    const fs::path directory = fs::absolute(base / name_or_directory).lexically_normal();
    return directory.has_filename() ? directory : directory.parent_path();
  }
  const std::vector<std::string> names = list_models();
  if (std::find(names.begin(), names.end(), name_or_directory) == names.end())
    throw UserError(fmt::format("there is no model \"{}\"{} (a directory of your own has a \"/\" in it)",
                                name_or_directory, suggestion(name_or_directory, names)));
  return zoo_directory() / name_or_directory;
}

FeatureShape read_shape(const YamlCursor& cursor) {
  FeatureShape shape;
  if (!cursor) return shape;
  const std::vector<YamlCursor> sides = cursor.items();
  if (cursor.node()->kind == YamlNode::Kind::sequence && sides.size() != 3)
    cursor.refuse(
        fmt::format("has {} numbers; give channels, height and width, such as [3, 32, 32]", sides.size()));
  if (sides.size() != 3) return shape;
  std::array<std::uint64_t, 3> read{};
  for (std::size_t i = 0; i < 3; ++i) sides[i].read_whole(read[i], 1, kMaxSide);
  shape.channels = static_cast<std::int64_t>(read[0]);
  shape.height = static_cast<std::int64_t>(read[1]);
  shape.width = static_cast<std::int64_t>(read[2]);
  return shape;
}

CellGrid read_cells(const YamlCursor& cursor, std::uint64_t classes) {
  const std::vector<YamlCursor> sides = cursor.items();
  std::uint64_t rows = 0, columns = 0;
  if (cursor.node()->kind == YamlNode::Kind::sequence && sides.size() != 2)
    cursor.refuse(fmt::format("has {} numbers; give rows and columns, such as [7, 7]", sides.size()));
  if (sides.size() == 2) {
    sides[0].read_whole(rows, 1, kMaxGridSide);
    sides[1].read_whole(columns, 1, kMaxGridSide);
  }
  if (classes != 0 && classes != 2)
    cursor.refuse(fmt::format(
        "of a cell a network says whether somebody is there, so that classes are 2, not {}", classes));
  return {rows, columns};
}

/// Keys and values as they are written.
std::map<std::string, std::string> read_texts(const YamlCursor& cursor, const std::string& example) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : cursor.entries()) {
    std::string& text = texts[key];
    if (value.node()->kind != YamlNode::Kind::sequence) {
      value.read_text(text, example);
      continue;
    }
    for (const YamlCursor& item : value.items()) {
      std::string part;
      item.read_text(part, example);
      text += (text.empty() ? "" : ", ") + part;
    }
  }
  return texts;
}

ModelDescription read_fields(const YamlCursor& root) {
  ModelDescription model;
  std::uint64_t classes = 0, exits = 0;
  YamlMap map(root);
  map.required("network", "network: b_lenet").read_text(model.network, "b_lenet");
  const YamlCursor data = map.required("data", "data: fashion_mnist");
  if (data.read_text(model.dataset, "fashion_mnist") &&
      (model.dataset.find('/') != std::string::npos || model.dataset.starts_with('.')))
    data.refuse("is a path; give the name of a dataset, whose folder OFFRAMP_DATA or --data holds");
  model.input = read_shape(map.required("input", "input: [1, 28, 28]"));
  map.required("classes", "classes: 10").read_whole(classes, 2, kMaxClasses);
  const bool exits_known = map.required("exits", "exits: 2").read_whole(exits, 1, kMaxExits);
  if (const YamlCursor cells = map.optional("cells")) model.cells = read_cells(cells, classes);
  model.options = read_texts(map.optional("options"), "16");
  if (const YamlCursor plain = map.optional("plain")) plain.read_text(model.plain, "lenet_fashion");
  model.training = read_texts(map.optional("training"), "0.003");
  const YamlCursor thresholds = map.optional("thresholds_nats");
  for (const YamlCursor& item : thresholds.items())
    item.read_number(model.thresholds_nats.emplace_back(), kNotNegative);
  if (thresholds && exits_known && thresholds.node()->kind == YamlNode::Kind::sequence &&
      model.thresholds_nats.size() != exits - 1)
    thresholds.refuse(
        fmt::format("{} values; exits are {}, so give {}", model.thresholds_nats.size(), exits, exits - 1));
  map.finish();
  model.num_classes = classes;
  model.num_exits = exits;
  return model;
}

}  // namespace

ModelDescription read_model_description(const std::string& name_or_directory, const fs::path& base) {
  const fs::path directory = directory_of(name_or_directory, base);
  std::vector<Problem> problems;
  const std::optional<YamlNode> document = load_yaml(directory / "model.yaml", problems);
  ModelDescription model;
  if (document) model = read_fields(YamlCursor(&*document, "", problems));
  throw_if_any(std::move(problems));
  model.name = directory.filename().string();
  model.directory = directory;
  return model;
}

ModelDescription read_entry_named_by(const ModelDescription& entry, const std::string& key,
                                     const std::string& name) {
  if (name.find('/') != std::string::npos) {
    try {
      allowed_path(entry.directory, name);
    } catch (const UserError& error) {
      throw UserError(Place{(entry.directory / "model.yaml").string()},
                      fmt::format("{}: {}", key, error.problems().front().message));
    }
  }
  return read_model_description(name, entry.directory);
}

std::vector<std::string> list_models() {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(zoo_directory(), error))
    if (fs::is_regular_file(entry.path() / "model.yaml", error))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace offramp
