#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/scenario/yaml_cursor.hpp"

namespace offramp {

/// Which points of a sweep are left: comparisons of parameters with values or with each other, joined by
/// "or":
///   devices.0.count <= 200 or devices.0.policy.rule != never
/// Numbers compare as numbers, with their units ("500kbps" < "1Mbps"); all else only by == and !=, as text.
class Condition {
 public:
  /// @param parameters  the dotted keys that it may speak of. Refuses what it cannot read.
  static Condition read(const YamlCursor& cursor, const std::vector<std::string>& parameters);

  /// @param point  the YAML text of each parameter's value
  bool holds(const std::map<std::string, std::string>& point) const;

 private:
  struct Comparison {
    std::string left;
    std::string relation;
    std::string right;
  };
  std::vector<Comparison> any_of_;
};

}  // namespace offramp
