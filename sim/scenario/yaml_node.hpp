#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/error.hpp"

namespace offramp {

/// A YAML value with the place of everything in it. Scalars stay text: whoever reads one knows what
/// it should be, so that "010", "yes" or "1e3" never turn into something the author did not mean.
struct YamlNode {
  enum class Kind { null, scalar, sequence, map };

  Kind kind = Kind::null;
  std::string text;                ///< of a scalar
  bool quoted = false;             ///< the scalar stood in quotation marks
  bool overridden = false;         ///< it came from --set or a comparison, not from its file
  Place place;                     ///< 1-based; line 0 for an override
  std::vector<YamlNode> children;  ///< items of a sequence, values of a map
  std::vector<std::string> keys;   ///< of a map, one a child
  std::vector<Place> key_places;   ///< of a map, one a child

  /// The value of a map's key; null when there is none.
  const YamlNode* find(std::string_view key) const;
  YamlNode* find(std::string_view key);
};

/// "a map", "a list", "nothing" or the quoted text: for "found ..." in messages.
std::string describe(const YamlNode& node);

/// Reads YAML text. Doubled keys, tags and keys that are no plain words become problems and are left
/// out; aliases are expanded. Syntax errors, nesting deeper than 32 levels, more than 100,000 values
/// after expansion (so alias bombs and aliases that hold themselves), several documents and an empty
/// text leave nothing to return.
/// @param source  what messages call the text: its path
std::optional<YamlNode> parse_yaml(const std::string& text, const std::string& source,
                                   std::vector<Problem>& problems);

/// Reads a file of at most 1 MiB as parse_yaml does, and wants a map at its top.
std::optional<YamlNode> load_yaml(const std::filesystem::path& file, std::vector<Problem>& problems);

}  // namespace offramp
