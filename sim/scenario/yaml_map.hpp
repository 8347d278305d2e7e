#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/yaml_cursor.hpp"

namespace offramp {

/// A map whose keys are known. It remembers which were asked for; the others are unknown.
class YamlMap {
 public:
  /// Refuses anything but a map.
  explicit YamlMap(const YamlCursor& cursor);

  YamlCursor optional(const std::string& key);
  /// @param example  what to write when the key is missing: "rate: 2/s"
  YamlCursor required(const std::string& key, const std::string& example);
  /// Reports keys that are missing and keys that are unknown, each with the right one near to it.
  /// @return whether every key is known
  bool finish();

 private:
  YamlCursor cursor_;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, std::string>> missing_;  ///< key, example
};

}  // namespace offramp
