#include "sim/cli/study.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/cli/sweep_table.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario/yaml_node.hpp"
#include "sim/sweep/condition.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/stored_sweep.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;
using Settings = std::map<std::string, std::string>;  ///< dotted key -> text

void flatten(const YamlNode& node, const std::string& path, Settings& settings) {
  if (node.kind == YamlNode::Kind::scalar) settings[path] = node.text;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const std::string key = node.kind == YamlNode::Kind::map ? node.keys[i] : fmt::to_string(i);
    if (path.empty() && (key == "compare" || key == "name" || key == "output")) continue;
    flatten(node.children[i], path.empty() ? key : path + "." + key, settings);
  }
}

/// Of a resolved scenario, which was valid when it was written.
Settings settings_of(const std::string& yaml, const std::string& source) {
  std::vector<Problem> problems;
  Settings settings;
  if (const auto node = parse_yaml(yaml, source, problems)) flatten(*node, "", settings);
  return settings;
}

Settings settings_of(const fs::path& scenario) {
  std::vector<Problem> problems;
  Settings settings;
  if (const auto node = load_yaml(scenario, problems)) flatten(*node, "", settings);
  return settings;
}

/// What all scenarios say of a key; what differs as a range of numbers ("100 to 400"), or not at all.
std::string common(const std::vector<Settings>& scenarios, const std::string& key) {
  std::set<std::string> found;
  for (const Settings& settings : scenarios)
    if (const auto at = settings.find(key); at != settings.end()) found.insert(at->second);
  if (found.size() == 1) return *found.begin();
  std::vector<double> numbers;
  for (const std::string& text : found) {
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos) return "";
    numbers.push_back(std::stod(text));
  }
  if (numbers.empty()) return "";
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  return fmt::format("{:g} to {:g}", *low, *high);
}

/// What was simulated, in a line: "300 raspberry_pi_4 with b_lenet_fashion, uplink 3Mbps, 5 x 180s".
std::string facts_of(const std::vector<Settings>& scenarios) {
  std::vector<std::string> words;
  const auto has = [&](const std::string& key) {
    return std::any_of(scenarios.begin(), scenarios.end(),
                       [&](const Settings& settings) { return settings.count(key) > 0; });
  };
  for (std::size_t g = 0; has(fmt::format("devices.{}.count", g)); ++g) {
    const auto of_group = [&](const char* key) {
      return common(scenarios, fmt::format("devices.{}.{}", g, key));
    };
    const std::string type = of_group("type");
    const std::string model = of_group("model");
    words.push_back(fmt::format("{} {}{}", of_group("count"), type.empty() ? "devices" : type,
                                model.empty() ? "" : " with " + model));
  }
  constexpr std::size_t kMostGroups = 2;
  if (words.size() > kMostGroups) words = {fmt::format("{} groups of devices", words.size())};
  const std::string bandwidth = common(scenarios, "network.uplink.bandwidth");
  if (!bandwidth.empty()) words.push_back("uplink " + bandwidth);
  const std::string duration = common(scenarios, "duration");
  const std::string replications = common(scenarios, "replications");
  if (!duration.empty())
    words.push_back(replications.empty() ? duration : fmt::format("{} x {}", replications, duration));
  return fmt::format("{}", fmt::join(words, ", "));
}

/// The keys that are not the same in all, in the order of the alphabet.
std::vector<std::string> differing_keys(const std::vector<Settings>& scenarios) {
  std::set<std::string> keys;
  for (const Settings& settings : scenarios)
    for (const auto& [key, text] : settings) keys.insert(key);
  std::vector<std::string> differing;
  for (const std::string& key : keys) {
    std::set<std::string> texts;
    for (const Settings& settings : scenarios) {
      const auto at = settings.find(key);
      texts.insert(at == settings.end() ? "" : "=" + at->second);
    }
    if (texts.size() > 1) differing.push_back(key);
  }
  return differing;
}

/// The point fulfils every filter. Those that speak of nothing known are refused.
class Filters {
 public:
  Filters(const std::vector<std::string>& texts, const std::vector<std::string>& known) {
    std::vector<Problem> problems;
    for (const std::string& text : texts) {
      YamlNode node;
      node.kind = YamlNode::Kind::scalar;
      node.text = text;
      node.place = Place{"--filter"};
      conditions_.push_back(Condition::read(YamlCursor(&node, "", problems), known));
    }
    throw_if_any(std::move(problems));
  }
  bool hold(const Settings& point) const {
    return std::all_of(conditions_.begin(), conditions_.end(),
                       [&](const Condition& condition) { return condition.holds(point); });
  }

 private:
  std::vector<Condition> conditions_;
};

UserError nothing_left(const std::vector<std::string>& filters) {
  return UserError(Place{"--filter"},
                   fmt::format("\"{}\" leaves nothing; widen it", fmt::join(filters, "\" and \"")));
}

/// A run, then its comparisons by name.
std::vector<fs::path> variants_of(const fs::path& directory) {
  std::vector<fs::path> variants{directory};
  if (fs::is_directory(directory / "compare"))
    for (const auto& entry : fs::directory_iterator(directory / "compare"))
      if (entry.is_directory()) variants.push_back(entry.path());
  std::sort(variants.begin() + 1, variants.end());
  return variants;
}

}  // namespace

bool holds_sweep(const fs::path& path) {
  return fs::is_directory(path) ? fs::exists(path / ResultStore::kFileName) : path.extension() == ".sqlite";
}

Json study_of_runs(const std::vector<fs::path>& directories, const std::vector<std::string>& filters,
                   std::vector<fs::path>& kept) {
  std::vector<Settings> mains;
  std::vector<Settings> all;
  std::vector<fs::path> owners;
  for (const fs::path& directory : directories) {
    if (!fs::exists(directory / "summary.json"))
      throw UserError(
          Place{directory.string()},
          fs::is_directory(directory)
              ? "holds neither a run (summary.json) nor a sweep (sweep.sqlite); give a directory that "
                "`offramp run` or `offramp sweep` has written"
              : "is no directory; give one that `offramp run` or `offramp sweep` has written");
    mains.push_back(settings_of(directory / "scenario.yaml"));
  }
  const std::vector<std::string> differing = differing_keys(mains);
  const Filters wanted(filters, differing);
  kept.clear();
  for (std::size_t d = 0; d < directories.size(); ++d) {
    Settings texts = mains[d];
    for (const std::string& key : differing) texts.try_emplace(key);
    if (wanted.hold(texts)) kept.push_back(directories[d]);
  }
  if (kept.empty()) throw nothing_left(filters);
  Json study = {{"sweep", false}, {"points", Json::array()}};
  for (const fs::path& directory : kept)
    for (const fs::path& variant : variants_of(directory)) {
      owners.push_back(variant);
      all.push_back(settings_of(variant / "scenario.yaml"));
    }
  study["facts"] = facts_of(all);
  const std::vector<std::string> parameters = differing_keys(all);
  study["parameters"] = parameters;
  for (std::size_t p = 0; p < all.size(); ++p) {
    Json point = {{"directory", owners[p].string()}, {"parameters", Json::object()}};
    for (const std::string& key : parameters)
      point["parameters"][key] = all[p].count(key) > 0 ? all[p].at(key) : "";
    study["points"].push_back(std::move(point));
  }
  return study;
}

Json study_of_sweep(const fs::path& directory, const std::vector<std::string>& filters) {
  StoredSweep stored = read_stored_sweep(directory);
  std::vector<std::string> known = stored.parameters;
  known.insert(known.end(), stored.metrics.begin(), stored.metrics.end());
  const Filters wanted(filters, known);
  if (!filters.empty())
    std::erase_if(stored.points, [&](const StoredSweep::Point& point) {
      Settings texts;
      for (std::size_t p = 0; p < stored.parameters.size(); ++p)
        texts[stored.parameters[p]] = point.values[p];
      for (std::size_t m = 0; m < stored.metrics.size(); ++m) {
        const std::optional<Estimate> estimate = StoredSweep::estimate(point, m);
        texts[stored.metrics[m]] = estimate ? fmt::format("{}", estimate->value) : "";
      }
      return !wanted.hold(texts);
    });
  if (stored.points.empty() && !filters.empty()) throw nothing_left(filters);
  std::vector<Settings> scenarios;
  const std::map<std::int64_t, std::string> texts = stored_scenarios(directory);
  for (const StoredSweep::Point& point : stored.points)
    if (const auto at = texts.find(point.number); at != texts.end())
      scenarios.push_back(settings_of(at->second, directory.string()));
  return {{"sweep", true},
          {"name", stored.name},
          {"facts", facts_of(scenarios)},
          {"parameters", stored.parameters},
          {"points", sweep_json(stored)}};
}

}  // namespace offramp
