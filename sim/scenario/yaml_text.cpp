#include "sim/scenario/yaml_text.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace offramp {
namespace {

bool holds_only_scalars(const YamlNode& node) {
  return std::all_of(node.children.begin(), node.children.end(),
                     [](const YamlNode& child) { return child.children.empty(); });
}

/// Scalars and lists of scalars: what fits on one line.
bool is_short(const YamlNode& node) {
  return std::all_of(node.children.begin(), node.children.end(), [](const YamlNode& child) {
    return child.children.empty() || (child.kind == YamlNode::Kind::sequence && holds_only_scalars(child));
  });
}

void emit(YAML::Emitter& out, const YamlNode& node, bool all_flow) {
  const bool flow = all_flow || is_short(node);
  switch (node.kind) {
    case YamlNode::Kind::null:
      out << YAML::Null;
      break;
    case YamlNode::Kind::scalar:
      if (node.quoted) out << YAML::DoubleQuoted;
      out << node.text;
      break;
    case YamlNode::Kind::sequence:
      out << (flow ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
      for (const YamlNode& item : node.children) emit(out, item, flow);
      out << YAML::EndSeq;
      break;
    case YamlNode::Kind::map:
      out << (flow ? YAML::Flow : YAML::Block) << YAML::BeginMap;
      for (std::size_t i = 0; i < node.keys.size(); ++i) {
        out << YAML::Key << node.keys[i] << YAML::Value;
        emit(out, node.children[i], flow);
      }
      out << YAML::EndMap;
      break;
  }
}

}  // namespace

std::string flow_text(const YamlNode& node) {
  YAML::Emitter out;
  emit(out, node, true);
  return out.c_str();
}

std::string block_text(const YamlNode& node) {
  YAML::Emitter out;
  emit(out, node, false);
  return std::string(out.c_str()) + "\n";
}

}  // namespace offramp
