#include "sim/profile/profile_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/profile/safetensors_header.hpp"
#include "sim/profile/strict_json.hpp"

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMaxSide = 1 << 20;
constexpr std::int64_t kMaxClasses = 1 << 24;
constexpr std::int64_t kMaxWireFormat = 1'000'000;
constexpr std::int64_t kMaxGridSide = 1024;
constexpr std::int64_t kMaxMasks = 10'000;
constexpr std::int64_t kMaxPatience = 1000;
constexpr std::int64_t kMaxImages = std::numeric_limits<std::int32_t>::max();

Json to_json(const FeatureShape& shape) { return Json::array({shape.channels, shape.height, shape.width}); }

Json to_json(const ComputeCost& cost) {
  Json json{{"calls", cost.calls},
            {"flops", cost.flops},
            {"weight_bytes", cost.weight_bytes},
            {"activation_bytes", cost.activation_bytes}};
  if (cost.peak_activation_bytes > 0) json["peak_activation_bytes"] = cost.peak_activation_bytes;
  return json;
}

Json to_json(const SplitPoint& split) {
  Json codecs = Json::array();
  for (const CodecAnswers& answers : split.codecs) {
    codecs.push_back({{"codec", answers.codec},
                      {"exact", answers.exact},
                      {"encode_s", answers.encode_s},
                      {"decode_s", answers.decode_s}});
    if (!answers.after.empty()) codecs.back()["after"] = answers.after;
    if (answers.mask) codecs.back()["mask"] = *answers.mask;
    if (answers.sqnr_db) codecs.back()["sqnr_db"] = *answers.sqnr_db;
  }
  return {{"name", split.name}, {"shape", to_json(split.shape)}, {"codecs", std::move(codecs)}};
}

FeatureShape read_shape(const JsonValue& value) {
  const std::vector<JsonValue> sides = value.items();
  if (sides.size() != 3) value.fail("must have three numbers: channels, height, width");
  return {sides[0].whole(1, kMaxSide), sides[1].whole(1, kMaxSide), sides[2].whole(1, kMaxSide)};
}

ComputeCost read_cost(const JsonValue& value) {
  std::vector<std::string> keys{"calls", "flops", "weight_bytes", "activation_bytes"};
  const bool has_peak = value.has("peak_activation_bytes");
  if (has_peak) keys.emplace_back("peak_activation_bytes");
  const auto member = value.members(keys);
  return {member[0].non_negative(), member[1].non_negative(), member[2].non_negative(),
          member[3].non_negative(), has_peak ? member[4].non_negative() : 0};
}

ExitCost read_exit(const JsonValue& value) {
  const auto member = value.members({"backbone", "head"});
  return {read_cost(member[0]), read_cost(member[1])};
}

SplitPoint read_split(const JsonValue& value) {
  const auto member = value.members({"name", "shape", "codecs"});
  SplitPoint split{member[0].text(), read_shape(member[1]), {}};
  for (const JsonValue& item : member[2].items()) {
    std::vector<std::string> keys{"codec", "exact", "encode_s", "decode_s"};
    const bool chained = item.has("after");
    if (chained) keys.emplace_back("after");
    const bool masked = item.has("mask");
    if (masked) keys.emplace_back("mask");
    const bool has_sqnr = item.has("sqnr_db");
    if (has_sqnr) keys.emplace_back("sqnr_db");
    const auto field = item.members(keys);
    split.codecs.push_back({field[0].text(),
                            field[1].boolean(),
                            field[2].non_negative(),
                            field[3].non_negative(),
                            {},
                            chained ? field[4].text() : std::string(),
                            has_sqnr ? std::optional(field.back().number()) : std::nullopt});
    if (masked)
      split.codecs.back().mask = static_cast<std::size_t>(field[chained ? 5 : 4].whole(0, kMaxMasks - 1));
  }
  return split;
}

CellGrid read_grid(const JsonValue& value) {
  const auto member = value.members({"rows", "columns"});
  return {static_cast<std::size_t>(member[0].whole(1, kMaxGridSide)),
          static_cast<std::size_t>(member[1].whole(1, kMaxGridSide))};
}

CellMask read_mask(const JsonValue& value) {
  std::vector<std::string> keys{"rule"};
  for (const char* parameter : {"thresholds", "patience"})
    if (value.has(parameter)) keys.emplace_back(parameter);
  const auto member = value.members(keys);
  CellMask mask{member[0].text()};
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i] == "patience")
      mask.patience = static_cast<std::size_t>(member[i].whole(1, kMaxPatience));
    else
      for (const JsonValue& item : member[i].items()) mask.thresholds.push_back(item.non_negative());
  }
  return mask;
}

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Letters that are safe in a tensor's name and in a path.
bool is_name(const std::string& text) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+=,";
  return !text.empty() && text.size() <= 100 && text.front() != '.' &&
         text.find_first_not_of(kLetters) == std::string::npos;
}

void require(bool holds, std::string_view what) {
  if (!holds) throw BadDocument(std::string(what));
}

/// Whether a hop ("exit 0:int8_zstd") is in the profile and lies before a split.
bool stands_before(const ExitProfile& profile, const SplitPoint& split, const std::string& hop) {
  return std::ranges::any_of(profile.splits, [&](const SplitPoint& earlier) {
    return last_exit_before(earlier.name) < last_exit_before(split.name) &&
           std::ranges::any_of(earlier.codecs, [&](const CodecAnswers& answers) {
             return answers.after.empty() && hop_name(earlier.name, answers.codec) == hop;
           });
  });
}

void check_cells(const ExitProfile& profile) {
  if (!profile.cells) return require(profile.masks.empty(), "there are masks, but no cells");
  require(profile.num_classes == 2, "by cells there are two classes (absent, present)");
  require(!profile.has_routers && profile.temperatures.empty(),
          "by cells there are neither routers nor temperatures");
  std::set<std::string> masks;
  for (const CellMask& mask : profile.masks) {
    require(is_name(mask.rule), fmt::format("{} is no name for a mask's rule", printable(mask.rule)));
    const bool has_thresholds = mask.rule != kMaskOfAll && mask.patience == 0;
    require(
        mask.thresholds.size() + 1 == (has_thresholds ? profile.exits.size() : 1),
        fmt::format("the mask {} has {} thresholds; \"{}\" and patience have none, any other rule one for "
                    "each of {} exits before the final one",
                    mask.text(), mask.thresholds.size(), kMaskOfAll, profile.exits.size() - 1));
    require(mask.rule != kMaskOfAll || mask.patience == 0,
            fmt::format("the mask {} has a patience", mask.rule));
    require(masks.insert(mask.text()).second, fmt::format("the mask {} stands twice", mask.text()));
  }
}

/// By cells each codec stands under one of the profile's masks; where the image travels, all of it does.
void check_mask(const ExitProfile& profile, const SplitPoint& split, const CodecAnswers& answers) {
  const std::string where = fmt::format("{} at split \"{}\"", printable(answers.label()), split.name);
  require(answers.mask.has_value() == profile.cells.has_value(),
          where + (profile.cells ? " has no mask" : " has a mask, but there are no cells"));
  if (!answers.mask) return;
  require(answers.after.empty(), where + " has a hop before it, which cells cannot have");
  require(*answers.mask < profile.masks.size(),
          fmt::format("{}: there are {} masks", where, profile.masks.size()));
  require(split.name != "input" || profile.masks[*answers.mask].rule == kMaskOfAll,
          fmt::format("{}: the image travels whole, under the mask \"{}\" alone", where, kMaskOfAll));
}

void check_splits(const ExitProfile& profile) {
  std::set<std::string> splits;
  for (const SplitPoint& split : profile.splits) {
    int before = 0;
    try {
      before = last_exit_before(split.name);
    } catch (const UserError& error) {
      throw BadDocument(error.what());
    }
    require(before + 1 < static_cast<int>(profile.exits.size()),
            fmt::format("split \"{}\" has no exit behind it", split.name));
    require(splits.insert(split.name).second, fmt::format("split \"{}\" stands twice", split.name));
  }
  for (const SplitPoint& split : profile.splits) {
    std::set<std::string> codecs;
    for (const CodecAnswers& answers : split.codecs) {
      require(is_name(answers.codec), fmt::format("{} is no name for a codec", printable(answers.codec)));
      check_mask(profile, split, answers);
      require(codecs.insert(answers.label()).second,
              fmt::format("codec {} stands twice at split \"{}\"", printable(answers.label()), split.name));
      require(answers.after.empty() || stands_before(profile, split, answers.after),
              fmt::format("{} at split \"{}\" comes after {}, which stands at no earlier split",
                          answers.codec, split.name, printable(answers.after)));
    }
  }
}

}  // namespace

std::string profile_document(const ExitProfile& profile) {
  Json document = {{"model", profile.model},
                   {"dataset", profile.dataset},
                   {"num_classes", profile.num_classes},
                   {"input", to_json(profile.input)}};
  document["exits"] = Json::array();
  for (const ExitCost& exit : profile.exits)
    document["exits"].push_back({{"backbone", to_json(exit.backbone)}, {"head", to_json(exit.head)}});
  document["splits"] = Json::array();
  for (const SplitPoint& split : profile.splits) document["splits"].push_back(to_json(split));
  document["sets"] = Json::array();
  for (const ImageSet& set : profile.sets)
    document["sets"].push_back({{"name", set.name}, {"images", set.images()}});
  document["weights_sha256"] = profile.weights_sha256;
  document["data_files"] = Json::array();
  for (const SourceFile& file : profile.data_files)
    document["data_files"].push_back({{"name", file.name}, {"sha256", file.sha256}});
  document["zstd_s_per_byte"] = profile.zstd_s_per_byte;
  if (profile.has_routers) document["routers"] = true;
  if (!profile.temperatures.empty()) document["temperatures"] = profile.temperatures;
  if (profile.cells) {
    document["cells"] = {{"rows", profile.cells->rows}, {"columns", profile.cells->columns}};
    document["masks"] = Json::array();
    for (const CellMask& mask : profile.masks) {
      document["masks"].push_back({{"rule", mask.rule}});
      if (!mask.thresholds.empty()) document["masks"].back()["thresholds"] = mask.thresholds;
      if (mask.patience > 0) document["masks"].back()["patience"] = mask.patience;
    }
  }
  if (profile.wire_format) document["wire_format"] = *profile.wire_format;
  return document.dump();
}

ProfileOutline parse_profile_document(std::string_view text) {
  const nlohmann::json json = parse_strict_json(text);
  const JsonValue root(json, "profile");
  std::vector<std::string> keys{"model",  "dataset", "num_classes",    "input",      "exits",
                                "splits", "sets",    "weights_sha256", "data_files", "zstd_s_per_byte"};
  const auto optional = [&](const std::string& key) -> std::size_t {
    if (!root.has(key)) return 0;
    keys.push_back(key);
    return keys.size() - 1;
  };
  const std::size_t routers = optional("routers");
  const std::size_t temperatures = optional("temperatures");
  const std::size_t wire_format = optional("wire_format");
  const std::size_t cells = optional("cells");
  const std::size_t masks = optional("masks");
  const auto member = root.members(keys);
  ProfileOutline outline;
  ExitProfile& profile = outline.profile;
  profile.model = member[0].text();
  profile.dataset = member[1].text();
  profile.num_classes = static_cast<std::size_t>(member[2].whole(1, kMaxClasses));
  profile.input = read_shape(member[3]);
  for (const JsonValue& item : member[4].items()) profile.exits.push_back(read_exit(item));
  for (const JsonValue& item : member[5].items()) profile.splits.push_back(read_split(item));
  for (const JsonValue& item : member[6].items()) {
    const auto field = item.members({"name", "images"});
    profile.sets.push_back({field[0].text(), {}, {}});
    outline.images.push_back(field[1].whole(1, kMaxImages));
  }
  profile.weights_sha256 = member[7].text();
  for (const JsonValue& item : member[8].items()) {
    const auto field = item.members({"name", "sha256"});
    profile.data_files.push_back({field[0].text(), field[1].text()});
  }
  profile.zstd_s_per_byte = member[9].non_negative();
  if (routers != 0) profile.has_routers = member[routers].boolean();
  if (temperatures != 0)
    for (const JsonValue& item : member[temperatures].items())
      profile.temperatures.push_back(item.non_negative());
  if (wire_format != 0) profile.wire_format = static_cast<int>(member[wire_format].whole(1, kMaxWireFormat));
  if (cells != 0) profile.cells = read_grid(member[cells]);
  if (masks != 0)
    for (const JsonValue& item : member[masks].items()) profile.masks.push_back(read_mask(item));
  check_outline(profile);
  return outline;
}

void check_outline(const ExitProfile& profile) {
  require(is_name(profile.model), fmt::format("model {} is no name", printable(profile.model)));
  require(is_name(profile.dataset), fmt::format("dataset {} is no name", printable(profile.dataset)));
  require(!profile.exits.empty(), "there are no exits");
  require(!profile.sets.empty(), "there are no image sets");
  require(is_digest(profile.weights_sha256),
          "weights_sha256 is no SHA-256 (64 lower-case hexadecimal letters)");
  require(profile.temperatures.empty() || profile.temperatures.size() == profile.exits.size(),
          fmt::format("there are {} temperatures for {} exits", profile.temperatures.size(),
                      profile.exits.size()));
  for (const double temperature : profile.temperatures)
    require(temperature > 0, "a temperature is 0; they are above");
  check_cells(profile);
  check_splits(profile);
  std::set<std::string> sets;
  for (const ImageSet& set : profile.sets) {
    require(is_name(set.name), fmt::format("{} is no name for an image set", printable(set.name)));
    require(sets.insert(set.name).second, fmt::format("set {} stands twice", set.name));
  }
  for (const SourceFile& file : profile.data_files) {
    const std::filesystem::path path = file.name;
    // Each is opened below the dataset's folder, so a damaged file must not lead out of it.
    require(!file.name.empty() && path.is_relative() && std::ranges::find(path, "..") == path.end(),
            fmt::format("data file {} is no path below the dataset's folder", printable(file.name)));
    require(is_digest(file.sha256), fmt::format("the digest of {} is no SHA-256", printable(file.name)));
  }
}

}  // namespace offramp
