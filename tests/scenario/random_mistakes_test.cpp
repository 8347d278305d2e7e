// A thousand scenarios with one mistake each, made at random from the shipped ones: none may pass, and a
// message must stand at the line of the mistake.
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/yaml_node.hpp"
#include "sim/scenario/yaml_text.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"

namespace offramp {
namespace {

namespace fs = std::filesystem;
constexpr int kScenarios = 1000;

/// A place in the tree: indices of children from the root.
using Path = std::vector<std::size_t>;

YamlNode& node_at(YamlNode& root, const Path& path) {
  YamlNode* node = &root;
  for (const std::size_t index : path) node = &node->children.at(index);
  return *node;
}

void all_paths(const YamlNode& node, const Path& path, std::vector<Path>& into) {
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Path child = path;
    child.push_back(i);
    into.push_back(child);
    all_paths(node.children[i], child, into);
  }
}

/// "devices.[].offload.from"; what a list numbers and what a map may name freely are left out.
std::string pattern_of(const YamlNode& root, const Path& path) {
  std::string text;
  const YamlNode* node = &root;
  for (const std::size_t index : path) {
    text += (text.empty() ? "" : ".") + (node->keys.empty() ? "[]" : node->keys[index]);
    node = &node->children.at(index);
  }
  return text;
}

struct Mistaken {
  std::string text;
  Path at;            ///< of what the message must point at
  std::string token;  ///< what stands on its line
  bool of_key = false;
};

enum class Mistake {
  misspelt_key,
  doubled_key,
  missing_key,
  wrong_word,
  wrong_unit,
  negative,
  list,
  map,
  scalar
};
const std::map<Mistake, const char*> kNames{{Mistake::misspelt_key, "misspelt key"},
                                            {Mistake::doubled_key, "doubled key"},
                                            {Mistake::missing_key, "missing key"},
                                            {Mistake::wrong_word, "word or reference that nobody knows"},
                                            {Mistake::wrong_unit, "wrong unit"},
                                            {Mistake::negative, "number out of range"},
                                            {Mistake::list, "list in a value's place"},
                                            {Mistake::map, "map in a value's place"},
                                            {Mistake::scalar, "value in a list's or map's place"}};

bool ends_with_any(const std::string& text, const std::vector<std::string>& endings) {
  for (const std::string& ending : endings)
    if (text == ending || text.ends_with("." + ending)) return true;
  return false;
}

class MistakeMaker {
 public:
  explicit MistakeMaker(std::uint64_t seed) : random_(seed) {}

  /// @return nothing when the kind of mistake cannot be made at the place that chance picked
  std::optional<Mistaken> make(YamlNode root, Mistake kind) {
    std::vector<Path> paths;
    all_paths(root, {}, paths);
    const Path path = paths[random_() % paths.size()];
    const std::string pattern = pattern_of(root, path);
    Path above = path;
    above.pop_back();
    YamlNode& parent = node_at(root, above);
    YamlNode& node = node_at(root, path);
    const std::size_t index = path.back();
    const bool in_map = parent.kind == YamlNode::Kind::map;
    const bool digit =
        node.kind == YamlNode::Kind::scalar && !node.text.empty() && std::isdigit(node.text[0]) != 0;
    // Access types are named as one likes, and keys of `set` are paths, whose ends are misspelt below.
    const bool free_key = pattern.starts_with("network.access.") && path.size() == 3;
    switch (kind) {
      case Mistake::misspelt_key:
        if (!in_map || free_key) return {};
        parent.keys[index].insert(parent.keys[index].size() / 2, 1, 'q');
        return Mistaken{block_text(root), path, parent.keys[index], true};
      case Mistake::doubled_key: {
        if (!in_map) return {};
        const std::string key = parent.keys[index];
        parent.keys.push_back(key);
        parent.key_places.push_back(parent.key_places[index]);
        parent.children.push_back(YamlNode(parent.children[index]));
        return Mistaken{block_text(root), {}, key, true};
      }
      case Mistake::missing_key: {
        if (!in_map ||
            !ends_with_any(
                pattern, {"duration", "devices", "network", "cloud", "devices.[].count", "devices.[].type",
                          "devices.[].model", "devices.[].arrivals", "devices.[].policy", "arrivals.process",
                          "arrivals.rate", "policy.rule", "offload.from", "offload.codec", "uplink.bandwidth",
                          "uplink.latency", "cloud.type"}) ||
            pattern.starts_with("compare"))
          return {};
        const std::string key = parent.keys[index];
        const auto at = static_cast<std::ptrdiff_t>(index);
        parent.keys.erase(parent.keys.begin() + at);
        parent.key_places.erase(parent.key_places.begin() + at);
        parent.children.erase(parent.children.begin() + at);
        if (parent.keys.empty()) return {};
        return Mistaken{block_text(root), above, "", false};
      }
      case Mistake::wrong_word:
        // Codecs, sets of frames and the hosts of a platform file are known to profiles and to SimGrid, not
        // to this reader: `offramp check` asks them.
        if (node.kind != YamlNode::Kind::scalar ||
            ends_with_any(pattern, {"name", "codec", "people.replay", "network.cloud", "network.devices"}))
          return {};
        return put(root, node, path, scalar("no_such_thing"), "no_such_thing");
      case Mistake::wrong_unit:
        if (!digit) return {};
        return put(root, node, path,
                   scalar(node.text.substr(0, node.text.find_first_not_of("0123456789.")) + "parsec"),
                   "parsec");
      case Mistake::negative:
        if (!digit || node.text == "0") return {};
        return put(root, node, path, scalar("-" + node.text), "-" + node.text);
      case Mistake::list: {
        if (node.kind == YamlNode::Kind::sequence || pattern.ends_with("offload")) return {};
        YamlNode value;
        value.kind = YamlNode::Kind::sequence;
        value.children = {scalar("surprise"), scalar("surprise")};
        return put(root, node, path, value, "surprise");
      }
      case Mistake::map: {
        if (node.kind == YamlNode::Kind::map) return {};
        YamlNode value;
        value.kind = YamlNode::Kind::map;
        value.keys = {"surprise"};
        value.key_places.resize(1);
        value.children = {scalar("1")};
        return put(root, node, path, value, "surprise");
      }
      case Mistake::scalar:
        if (node.kind == YamlNode::Kind::scalar || node.kind == YamlNode::Kind::null) return {};
        return put(root, node, path, scalar("surprise"), "surprise");
    }
    return {};
  }

 private:
  static YamlNode scalar(const std::string& text) {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = text;
    return node;
  }
  static Mistaken put(const YamlNode& root, YamlNode& node, const Path& path, YamlNode value,
                      std::string token) {
    node = std::move(value);
    return {block_text(root), path, std::move(token), false};
  }

  std::mt19937_64 random_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

/// The lines on which a message about the mistake may stand.
std::vector<int> right_lines(const Mistaken& mistaken) {
  const std::vector<std::string> lines = lines_of(mistaken.text);
  std::vector<int> right;
  if (mistaken.of_key || !mistaken.token.empty()) {
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (lines[i].find(mistaken.token) != std::string::npos) right.push_back(static_cast<int>(i) + 1);
    return right;
  }
  std::vector<Problem> problems;
  std::optional<YamlNode> root = parse_yaml(mistaken.text, "", problems);
  right.push_back(node_at(*root, mistaken.at).place.line);
  return right;
}

std::vector<YamlNode> shipped() {
  std::vector<YamlNode> roots;
  for (const char* folder : {"scenarios", "scenarios/published"})
    for (const auto& entry : fs::directory_iterator(installation_root() / folder)) {
      if (entry.path().extension() != ".yaml") continue;
      std::vector<Problem> problems;
      roots.push_back(load_yaml(entry.path(), problems).value());
    }
  return roots;
}

}  // namespace

TEST_CASE("of a thousand scenarios with one mistake none passes, and the message names the line") {
  const ScratchDirectory folder;
  for (const char* beside : {"traces", "platforms"})
    fs::copy(installation_root() / "scenarios" / beside, folder / beside, fs::copy_options::recursive);
  const std::vector<YamlNode> roots = shipped();
  REQUIRE(roots.size() >= 10);
  std::mt19937_64 random(20);
  MistakeMaker maker(10);
  std::map<Mistake, int> made;
  int silent = 0, elsewhere = 0;
  for (int count = 0; count < kScenarios;) {
    const auto kind = static_cast<Mistake>(random() % kNames.size());
    const std::optional<Mistaken> mistaken = maker.make(roots[random() % roots.size()], kind);
    if (!mistaken) continue;
    ++count;
    ++made[kind];
    const fs::path file = folder / "scenario.yaml";
    std::ofstream(file, std::ios::binary) << mistaken->text;
    std::vector<Problem> problems;
    try {
      read_scenario(file);
    } catch (const UserError& error) {
      problems = error.problems();
    }
    INFO(kNames.at(kind) << " \"" << mistaken->token << "\" in\n" << mistaken->text);
    if (problems.empty()) {
      ++silent;
      FAIL_CHECK("passed");
      continue;
    }
    const std::vector<int> right = right_lines(*mistaken);
    bool there = false;
    std::string said;
    for (const Problem& problem : problems) {
      said += problem.text() + "\n";
      if (problem.place.source != file.string()) continue;
      for (const int line : right) there = there || problem.place.line == line;
    }
    if (!there) {
      ++elsewhere;
      FAIL_CHECK("said:\n" << said);
    }
  }
  std::string kinds;
  for (const auto& [kind, number] : made) kinds += fmt::format("  {:4} {}\n", number, kNames.at(kind));
  fmt::print("{} scenarios with one mistake:\n{}  {} passed silently, {} were reported at another line\n",
             kScenarios, kinds, silent, elsewhere);
}

}  // namespace offramp
