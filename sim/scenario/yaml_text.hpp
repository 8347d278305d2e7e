#pragma once

#include <string>

#include "sim/scenario/yaml_node.hpp"

namespace offramp {

/// One line of YAML that reads back to the same node: "{rule: fixed, exit: 0}".
std::string flow_text(const YamlNode& node);

/// YAML for people that reads back to the same node: maps and lists of scalars on one line, what
/// holds more on lines of its own.
std::string block_text(const YamlNode& node);

}  // namespace offramp
