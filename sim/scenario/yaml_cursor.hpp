#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/quantity.hpp"
#include "sim/scenario/yaml_node.hpp"

namespace offramp {

/// Which numbers are allowed.
struct NumberRange {
  double least = 0;
  bool least_allowed = true;  ///< false: must be greater than `least`
  double most = std::numeric_limits<double>::infinity();
};
inline constexpr NumberRange kPositive{0, false};
inline constexpr NumberRange kNotNegative{0, true};

/// A value of a document that knows its dotted path and collects what is wrong with it. Absent values
/// (an optional key that is not there, something below a value already refused) are read as nothing
/// without a further problem, so that each mistake is reported once.
///
/// Every read_... leaves its target as it was and returns false unless the value was there and right.
class YamlCursor {
 public:
  YamlCursor(const YamlNode* node, std::string path, std::vector<Problem>& problems)
      : node_(node), path_(std::move(path)), problems_(&problems) {}

  explicit operator bool() const { return node_ != nullptr; }
  const YamlNode* node() const { return node_; }
  const std::string& path() const { return path_; }  ///< "devices[0].policy"
  bool overridden() const { return node_ != nullptr && node_->overridden; }
  std::vector<Problem>& problems() const { return *problems_; }

  /// Records "PATH: message" at the value's place.
  void refuse(std::string_view message) const;
  void refuse_at(const Place& place, std::string_view message) const;

  bool read_text(std::string& value, std::string_view example) const;
  bool read_choice(std::string& value, const std::vector<std::string>& allowed) const;
  bool read_flag(bool& value) const;
  /// Exact, in decimal digits.
  bool read_whole(std::uint64_t& value, std::uint64_t least, std::uint64_t most) const;
  bool read_number(double& value, NumberRange range) const;
  /// A number, or a percentage ("20%" is 0.2).
  bool read_share(double& value, NumberRange range) const;
  /// "18:30" or "18:30:05", from 00:00 to 23:59:59, into seconds since midnight.
  bool read_time_of_day(double& seconds) const;
  bool read_quantity(double& value, const QuantityKind& kind, NumberRange range) const {
    return read_quantity_or({}, value, kind, range);
  }
  /// A quantity, or a word that may stand in its place.
  /// @return whether the quantity was read; false too for the word: see is_word
  bool read_quantity_or(std::string_view word, double& value, const QuantityKind& kind,
                        NumberRange range) const;
  /// Whether this very word stands here.
  bool is_word(std::string_view word) const;

  /// The value of a map's key; absent when there is none, or no map.
  YamlCursor child(const std::string& key) const;
  /// The items of a list; none when it is something else.
  std::vector<YamlCursor> items() const;
  /// The entries of a map whose keys are names that the author chose.
  std::vector<std::pair<std::string, YamlCursor>> entries() const;

 private:
  /// The text of a scalar, or null when something else stands here, which is then refused.
  const std::string* scalar(std::string_view what) const;
  bool in_range(double number, NumberRange range, std::string_view unit_note) const;

  const YamlNode* node_;
  std::string path_;
  std::vector<Problem>* problems_;
};

/// What read_time_of_day reads back: "18:30".
std::string time_of_day_text(double seconds);

/// Throws every problem in the order of its place; does nothing when there are none.
void throw_if_any(std::vector<Problem> problems);

}  // namespace offramp
