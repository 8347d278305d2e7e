#include "sim/scenario/yaml_override.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <string_view>
#include <utility>

namespace offramp {
namespace {

std::vector<std::string> segments_of(const std::string& key) {
  std::vector<std::string> segments;
  std::size_t begin = 0;
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', begin)) {
    segments.push_back(key.substr(begin, dot - begin));
    begin = dot + 1;
  }
  segments.push_back(key.substr(begin));
  return segments;
}

void mark_overridden(YamlNode& node) {
  node.overridden = true;
  for (YamlNode& child : node.children) mark_overridden(child);
}

void place_everywhere(YamlNode& node, const Place& place) {
  node.place = place;
  for (Place& key_place : node.key_places) key_place = place;
  for (YamlNode& child : node.children) place_everywhere(child, place);
}

YamlNode& map_entry(YamlNode& map, const std::string& key, const Place& key_place) {
  if (YamlNode* found = map.find(key)) return *found;
  map.keys.push_back(key);
  map.key_places.push_back(key_place);
  map.children.emplace_back().place = key_place;
  return map.children.back();
}

void erase(YamlNode& map, const std::string& key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i] != key) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    map.keys.erase(map.keys.begin() + at);
    map.key_places.erase(map.key_places.begin() + at);
    map.children.erase(map.children.begin() + at);
    return;
  }
}

/// The child that a segment names, made when a map lacks it. @return null with a message when there is none
YamlNode* step(YamlNode& node, const std::string& segment, const std::string& path, const Place& key_place,
               std::string& why_not) {
  if (segment.empty()) {
    why_not = "a dotted path has no empty part; write for example devices.0.count";
    return nullptr;
  }
  if (node.kind == YamlNode::Kind::null) node.kind = YamlNode::Kind::map;
  if (node.kind == YamlNode::Kind::map) return &map_entry(node, segment, key_place);
  if (node.kind == YamlNode::Kind::scalar) {
    why_not = fmt::format("{} is {}, so it has no part \"{}\"", path, describe(node), segment);
    return nullptr;
  }
  std::size_t index = 0;
  const char* end = segment.data() + segment.size();
  const auto [stop, error] = std::from_chars(segment.data(), end, index);
  if (error == std::errc{} && stop == end && index < node.children.size()) return &node.children[index];
  why_not = fmt::format("{} is a list of {}, numbered from 0; there is no \"{}\" in it", path,
                        node.children.size(), segment);
  return nullptr;
}

}  // namespace

void override_value(YamlNode& root, const std::string& key, YamlNode value, const Place& key_place,
                    std::vector<Problem>& problems) {
  mark_overridden(value);
  YamlNode* node = &root;
  YamlNode* parent = nullptr;
  std::string path, last, why_not;
  for (const std::string& segment : segments_of(key)) {
    parent = node;
    node = step(*parent, segment, path, key_place, why_not);
    if (node == nullptr) {
      problems.push_back({key_place, why_not});
      return;
    }
    path += (path.empty() ? "" : ".") + segment;
    last = segment;
  }
  if (value.kind == YamlNode::Kind::null && parent->kind == YamlNode::Kind::map)
    erase(*parent, last);
  else
    *node = std::move(value);
}

std::optional<YamlNode> parse_override_value(const std::string& key, const std::string& text,
                                             std::vector<Problem>& problems) {
  const Place place{"--set " + key};
  if (text.find_first_not_of(" \t\n") == std::string::npos) {
    problems.push_back({place, "has no value; write null to remove the key"});
    return std::nullopt;
  }
  std::vector<Problem> found;
  std::optional<YamlNode> value;
  if (text == "null" || text == "~")
    value.emplace();
  else
    value = parse_yaml(text, place.source, found);
  for (Problem& problem : found) problems.push_back({place, std::move(problem.message)});
  if (value) place_everywhere(*value, place);
  return value;
}

}  // namespace offramp
