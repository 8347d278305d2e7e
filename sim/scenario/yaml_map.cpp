#include "sim/scenario/yaml_map.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/nearest_name.hpp"

namespace offramp {

YamlMap::YamlMap(const YamlCursor& cursor) : cursor_(cursor) {
  if (!cursor || cursor.node()->kind == YamlNode::Kind::map) return;
  cursor.refuse(fmt::format("found {}; a map is needed (key: value)", describe(*cursor.node())));
  cursor_ = YamlCursor(nullptr, cursor.path(), cursor.problems());
}

YamlCursor YamlMap::optional(const std::string& key) {
  known_.push_back(key);
  return cursor_.child(key);
}

YamlCursor YamlMap::required(const std::string& key, const std::string& example) {
  YamlCursor value = optional(key);
  if (cursor_ && !value) missing_.emplace_back(key, example);
  return value;
}

bool YamlMap::finish() {
  if (!cursor_) return true;
  bool all_known = true;
  const YamlNode& map = *cursor_.node();
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    const std::string& key = map.keys[i];
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    all_known = false;
    cursor_.refuse_at(map.key_places[i], fmt::format("unknown key \"{}\"{}", key, suggestion(key, known_)));
    // A misspelt key is one mistake, not a missing key beside an unknown one.
    std::erase_if(missing_, [&](const auto& missing) { return missing.first == nearest_name(key, known_); });
  }
  for (const auto& [key, example] : missing_)
    cursor_.refuse(fmt::format("missing key \"{}\"; add for example \"{}\"", key, example));
  return all_known;
}

}  // namespace offramp
