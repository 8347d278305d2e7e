#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace offramp {

/// What is wrong with a document, and where in it ("exits[1].head.flops ...").
class BadDocument : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Parses JSON from a file that is not trusted. nlohmann::json keeps the last of two equal keys
/// silently; here they are refused, and so is nesting deeper than a profile's.
/// @throws BadDocument
nlohmann::json parse_strict_json(std::string_view text);

/// One value of a document, which knows its own name for the messages.
class JsonValue {
 public:
  JsonValue(const nlohmann::json& value, std::string name) : value_(&value), name_(std::move(name)) {}

  /// The members of an object that has exactly these keys, in their order.
  std::vector<JsonValue> members(const std::vector<std::string>& keys) const;
  /// Whether it is an object with that key.
  bool has(const std::string& key) const { return value_->is_object() && value_->contains(key); }
  std::vector<JsonValue> items() const;
  std::string text() const;
  bool boolean() const;
  double number() const;  ///< finite
  double non_negative() const;
  /// A whole number within lowest..highest.
  std::int64_t whole(std::int64_t lowest, std::int64_t highest) const;

  [[noreturn]] void fail(std::string_view what) const;

 private:
  const nlohmann::json* value_;
  std::string name_;
};

}  // namespace offramp
