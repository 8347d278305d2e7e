#pragma once

#include <string>
#include <vector>

#include "sim/scenario/yaml_node.hpp"

namespace offramp {

/// Puts `value` where the dotted path `key` leads ("devices.0.queue.limit"), as if it had been written
/// there: maps on the way that are missing are made, a value that is there is replaced whole, `null`
/// removes a key. Whether the schema knows the key is found out when the document is read, so a
/// misspelt one is reported there like any other, at `key_place`.
/// Everything in the value is marked as overridden.
void override_value(YamlNode& root, const std::string& key, YamlNode value, const Place& key_place,
                    std::vector<Problem>& problems);

/// Reads the YAML text of an override's value, with "--set KEY" as the place of all that is in it.
std::optional<YamlNode> parse_override_value(const std::string& key, const std::string& text,
                                             std::vector<Problem>& problems);

}  // namespace offramp
