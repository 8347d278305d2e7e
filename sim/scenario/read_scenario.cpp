#include "sim/scenario/read_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/core/error.hpp"
#include "sim/scenario/resolved_scenario.hpp"
#include "sim/scenario/scenario_fields.hpp"
#include "sim/scenario/yaml_cursor.hpp"
#include "sim/scenario/yaml_override.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

YamlNode load_overridden(const fs::path& file, const std::vector<Override>& overrides,
                         std::vector<Problem>& problems) {
  std::optional<YamlNode> root = load_yaml(file, problems);
  if (!root) throw UserError(std::move(problems));
  for (const auto& [key, text] : overrides)
    if (std::optional<YamlNode> value = parse_override_value(key, text, problems))
      override_value(*root, key, std::move(*value), {"--set " + key}, problems);
  return std::move(*root);
}

Scenario build(const YamlNode& root, const fs::path& file, std::vector<Problem>& problems) {
  std::vector<std::string> notes;
  Scenario scenario = read_scenario_fields(YamlCursor(&root, "", problems), {file.parent_path(), &notes});
  scenario.file = file;
  scenario.notes = std::move(notes);
  return scenario;
}

/// Reads the scenario once more for each comparison, so that what does not fit is reported now, at its
/// place in the file, and not after the others have run.
void check_comparisons(const YamlNode& root, const fs::path& file, std::vector<Problem>& problems) {
  const YamlNode* entries = root.find("compare");
  if (entries == nullptr || entries->kind != YamlNode::Kind::sequence) return;
  std::set<std::string> known;
  for (const Problem& problem : problems) known.insert(problem.text());
  YamlNode alone = root;
  std::vector<Problem> none;
  override_value(alone, "compare", YamlNode{}, {}, none);
  for (const YamlNode& entry : entries->children) {
    const YamlNode* name = entry.find("name");
    const YamlNode* set = entry.find("set");
    if (name == nullptr || set == nullptr || set->kind != YamlNode::Kind::map) continue;
    YamlNode changed = alone;
    std::vector<Problem> found;
    for (std::size_t i = 0; i < set->keys.size(); ++i)
      override_value(changed, set->keys[i], set->children[i], set->key_places[i], found);
    build(changed, file, found);
    for (const Problem& problem : found)
      if (!known.contains(problem.text()))
        problems.push_back({problem.place, fmt::format("in comparison {}: {}", name->text, problem.message)});
  }
}

}  // namespace

Scenario read_scenario(const fs::path& file, const std::vector<Override>& overrides) {
  std::vector<Problem> problems;
  const YamlNode root = load_overridden(file, overrides, problems);
  Scenario scenario = build(root, file, problems);
  check_comparisons(root, file, problems);
  throw_if_any(std::move(problems));
  scenario.resolved_yaml = resolved_scenario(scenario);
  return scenario;
}

Scenario read_comparison(const fs::path& file, const std::vector<Override>& overrides,
                         const ComparisonSpec& comparison) {
  std::vector<Problem> problems;
  YamlNode root = load_overridden(file, overrides, problems);
  override_value(root, "compare", YamlNode{}, {}, problems);
  for (const auto& [key, text] : comparison.set)
    if (std::optional<YamlNode> value = parse_override_value(key, text, problems))
      override_value(root, key, std::move(*value), {"--set " + key}, problems);
  Scenario scenario = build(root, file, problems);
  throw_if_any(std::move(problems));
  scenario.resolved_yaml = resolved_scenario(scenario);
  return scenario;
}

Override parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UserError({"--set " + text}, "is not KEY=VALUE; write for example --set devices.0.count=300");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace offramp
