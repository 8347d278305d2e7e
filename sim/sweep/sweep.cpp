#include "sim/sweep/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>

#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"
#include "sim/platform/platform_file.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/resolved_scenario.hpp"
#include "sim/scenario/scenario_fields.hpp"
#include "sim/scenario/yaml_map.hpp"
#include "sim/scenario/yaml_text.hpp"
#include "sim/sweep/condition.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostPoints = 100'000;
constexpr std::size_t kMostProblems = 20;

/// The outline of a sweep, before any scenario of it is read.
struct Outline {
  std::string name;
  fs::path base;
  std::vector<Override> set;
  std::vector<Axis> axes;
  std::vector<Condition> conditions;
  std::map<std::string, Place> places;  ///< of parameters and overrides, by key

  std::vector<std::string> parameters() const {
    std::vector<std::string> keys;
    for (const Axis& axis : axes) keys.insert(keys.end(), axis.keys.begin(), axis.keys.end());
    return keys;
  }
};

void add_axis(Outline& outline, Axis axis) {
  if (!axis.keys.empty() && !axis.rows.empty()) outline.axes.push_back(std::move(axis));
}

void read_axes(const YamlCursor& cursor, Outline& outline) {
  for (const auto& [key, value] : cursor.entries()) {
    Axis axis{{key}, {}};
    for (std::string& text : read_axis_values(value)) axis.rows.push_back({std::move(text)});
    outline.places[key] = value.node()->place;
    add_axis(outline, std::move(axis));
  }
}

void read_zipped(const YamlCursor& cursor, Outline& outline) {
  for (const YamlCursor& entry : cursor.items()) {
    Axis axis;
    for (const auto& [key, value] : entry.entries()) {
      const std::vector<std::string> values = read_axis_values(value);
      if (values.empty()) continue;
      outline.places[key] = value.node()->place;
      if (axis.keys.empty()) axis.rows.resize(values.size());
      if (values.size() != axis.rows.size()) {
        value.refuse(fmt::format("{} values, but {} has {}; what is zipped goes in step", values.size(),
                                 axis.keys.front(), axis.rows.size()));
        continue;
      }
      axis.keys.push_back(key);
      for (std::size_t row = 0; row < values.size(); ++row) axis.rows[row].push_back(values[row]);
    }
    add_axis(outline, std::move(axis));
  }
}

void check_keys(const Outline& outline, std::vector<Problem>& problems) {
  std::set<std::string> seen;
  for (const std::string& key : outline.parameters()) {
    const auto place = outline.places.find(key);
    const Place where = place == outline.places.end() ? Place{"--vary " + key} : place->second;
    if (!seen.insert(key).second)
      problems.push_back({where, fmt::format("{} is varied twice; keep one axis", key)});
    if (key == "compare" || key.starts_with("compare."))
      problems.push_back({where,
                          "a sweep runs the scenario without its comparisons, so it cannot vary them; "
                          "make what they set an axis"});
    if (key == "name" || key == "replications" || key == "output" || key.starts_with("output."))
      problems.push_back(
          {where, fmt::format("{} changes no result, so it is no axis; put it under `set`", key)});
  }
}

Outline read_outline(const fs::path& file, const SweepAdditions& additions) {
  std::vector<Problem> problems;
  const std::optional<YamlNode> root = load_yaml(file, problems);
  if (!root) throw_if_any(std::move(problems));
  Outline outline;
  outline.name = file.stem().string();
  std::vector<YamlCursor> where;
  if (root->find("base") == nullptr && root->find("axes") == nullptr) {
    outline.base = file;
    if (const YamlNode* name = root->find("name"); name != nullptr && is_plain_name(name->text, "._-"))
      outline.name = fmt::format("{}-sweep", name->text);  // beside the scenario's own runs
  } else {
    YamlMap map(YamlCursor(&*root, "", problems));
    const YamlCursor base = map.required("base", "base: quickstart.yaml");
    if (read_path(base, {file.parent_path(), nullptr}, "quickstart.yaml"))
      outline.base = file.parent_path() / base.node()->text;
    if (const YamlCursor name = map.optional("name"); name && name.read_text(outline.name, "thresholds"))
      if (!is_plain_name(outline.name, "._-") || outline.name.front() == '.')
        name.refuse("cannot name a directory; allowed: letters, digits, \"-\", \"_\" and \".\"");
    for (const auto& [key, value] : map.optional("set").entries()) {
      outline.set.emplace_back(key, flow_text(*value.node()));
      outline.places[key] = value.node()->place;
    }
    read_axes(map.optional("axes"), outline);
    read_zipped(map.optional("zipped"), outline);
    if (const YamlCursor sample = map.optional("sample")) {
      Axis axis = read_sample(sample);
      for (const std::string& key : axis.keys) outline.places[key] = sample.node()->place;
      add_axis(outline, std::move(axis));
    }
    where = map.optional("where").items();
    map.finish();
  }
  for (const std::string& text : additions.vary) {
    Axis axis = parse_vary(text);
    outline.places.erase(axis.keys.front());
    add_axis(outline, std::move(axis));
  }
  for (const YamlCursor& condition : where)
    outline.conditions.push_back(Condition::read(condition, outline.parameters()));
  outline.set.insert(outline.set.end(), additions.set.begin(), additions.set.end());
  check_keys(outline, problems);
  throw_if_any(std::move(problems));
  if (outline.axes.empty())
    throw UserError(Place{file.string()},
                    "varies nothing; give axes in the file, or for example --vary "
                    "devices.0.count=100,200,400");
  return outline;
}

/// The values of every point that the conditions leave, the last axis changing fastest.
std::vector<std::vector<std::string>> combinations(const Outline& outline, const fs::path& file) {
  double count = 1;
  for (const Axis& axis : outline.axes) count *= static_cast<double>(axis.rows.size());
  if (count > static_cast<double>(kMostPoints))
    throw UserError(Place{file.string()},
                    fmt::format("asks for {:.0f} points; at most {} fit; use shorter axes or a sample", count,
                                kMostPoints));
  const std::vector<std::string> parameters = outline.parameters();
  std::vector<std::vector<std::string>> points;
  for (std::size_t number = 0; number < static_cast<std::size_t>(count); ++number) {
    std::size_t rest = number;
    std::vector<std::size_t> rows(outline.axes.size());
    for (std::size_t a = outline.axes.size(); a-- > 0;) {
      rows[a] = rest % outline.axes[a].rows.size();
      rest /= outline.axes[a].rows.size();
    }
    std::vector<std::string> values;
    for (std::size_t a = 0; a < rows.size(); ++a)
      for (const std::string& value : outline.axes[a].rows[rows[a]]) values.push_back(value);
    std::map<std::string, std::string> named;
    for (std::size_t k = 0; k < parameters.size(); ++k) named[parameters[k]] = values[k];
    if (std::all_of(outline.conditions.begin(), outline.conditions.end(),
                    [&](const Condition& condition) { return condition.holds(named); }))
      points.push_back(std::move(values));
  }
  return points;
}

/// What makes a replication what it is: not how many there are, and not what is written of it.
std::string key_of(const std::vector<std::string>& parameters, const SweepPoint& point) {
  Scenario scenario = point.scenario;
  scenario.replications = 1;
  scenario.until.reset();
  scenario.output = {};
  std::string text = resolved_scenario(scenario);
  for (std::size_t k = 0; k < parameters.size(); ++k)
    text += fmt::format("{}={}\n", parameters[k], point.values[k]);
  return sha256_hex(text);
}

/// A scenario's problems lie where the axis or the override stands that brought the value in.
void relocate(std::vector<Problem>& problems, const Outline& outline) {
  constexpr std::string_view kOverride = "--set ";
  for (Problem& problem : problems) {
    if (!problem.place.source.starts_with(kOverride)) continue;
    const auto place = outline.places.find(problem.place.source.substr(kOverride.size()));
    if (place != outline.places.end()) problem.place = place->second;
  }
}

}  // namespace

Sweep read_sweep(const fs::path& file, const SweepAdditions& additions) {
  const Outline outline = read_outline(file, additions);
  Sweep sweep;
  sweep.name = outline.name;
  sweep.parameters = outline.parameters();
  std::vector<Problem> problems;
  std::set<std::string> keys;
  std::set<std::string> notes;
  for (std::vector<std::string>& values : combinations(outline, file)) {
    std::vector<Override> overrides{{"compare", "null"}};
    overrides.insert(overrides.end(), outline.set.begin(), outline.set.end());
    for (std::size_t k = 0; k < values.size(); ++k) overrides.emplace_back(sweep.parameters[k], values[k]);
    SweepPoint point{std::move(values), {}, {}};
    try {
      point.scenario = read_scenario(outline.base, overrides);
      check_platform_file(point.scenario.network);
    } catch (const UserError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
      if (problems.size() > kMostProblems) break;
      continue;
    }
    for (const std::string& note : point.scenario.notes) notes.insert(note);
    point.key = key_of(sweep.parameters, point);
    if (!keys.insert(point.key).second)
      notes.insert("points that are asked for twice run once");
    else
      sweep.points.push_back(std::move(point));
  }
  relocate(problems, outline);
  throw_if_any(std::move(problems));
  if (sweep.points.empty())
    throw UserError(Place{file.string()},
                    "no point is left: no combination meets every condition of `where`");
  sweep.notes.assign(notes.begin(), notes.end());
  return sweep;
}

}  // namespace offramp
