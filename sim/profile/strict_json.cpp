#include "sim/profile/strict_json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "sim/profile/safetensors_header.hpp"

namespace offramp {
namespace {

constexpr int kMaxDepth = 12;

}  // namespace

nlohmann::json parse_strict_json(std::string_view text) {
  using Event = nlohmann::json::parse_event_t;
  std::vector<std::set<std::string>> keys;  // of each object that is open
  const auto watch = [&keys](int depth, Event event, nlohmann::json& value) {
    if (depth > kMaxDepth) throw BadDocument(fmt::format("is nested deeper than {} levels", kMaxDepth));
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(value.get<std::string>()).second)
      throw BadDocument(
          fmt::format("has the key {} twice in one object", printable(value.get<std::string>())));
    return true;
  };
  try {
    return nlohmann::json::parse(text, watch);
  } catch (const nlohmann::json::parse_error& error) {
    throw BadDocument(fmt::format("is not valid JSON (letter {})", error.byte));
  } catch (const nlohmann::json::exception&) {
    throw BadDocument("has a number that is too large");
  }
}

void JsonValue::fail(std::string_view what) const { throw BadDocument(fmt::format("{} {}", name_, what)); }

std::vector<JsonValue> JsonValue::members(const std::vector<std::string>& keys) const {
  if (!value_->is_object()) fail("must be an object");
  std::vector<JsonValue> found;
  for (const std::string& key : keys) {
    const auto member = value_->find(key);
    if (member == value_->end()) fail(fmt::format("lacks the key \"{}\"", key));
    found.emplace_back(*member, name_ + "." + key);
  }
  if (value_->size() != keys.size())
    fail(fmt::format("has unknown keys; allowed: {}", fmt::join(keys, ", ")));
  return found;
}

std::vector<JsonValue> JsonValue::items() const {
  if (!value_->is_array()) fail("must be a list");
  std::vector<JsonValue> found;
  for (const nlohmann::json& item : *value_)
    found.emplace_back(item, fmt::format("{}[{}]", name_, found.size()));
  return found;
}

std::string JsonValue::text() const {
  if (!value_->is_string()) fail("must be a text");
  return value_->get<std::string>();
}

bool JsonValue::boolean() const {
  if (!value_->is_boolean()) fail("must be true or false");
  return value_->get<bool>();
}

double JsonValue::number() const {
  if (!value_->is_number() || !std::isfinite(value_->get<double>())) fail("must be a number");
  return value_->get<double>();
}

double JsonValue::non_negative() const {
  const double number = value_->is_number() ? value_->get<double>() : -1;
  if (!std::isfinite(number) || number < 0) fail("must be a number that is not negative");
  return number;
}

std::int64_t JsonValue::whole(std::int64_t lowest, std::int64_t highest) const {
  // Only numbers up to `highest` are converted, so that none wraps around.
  const bool in_range = value_->is_number_unsigned() &&
                        value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(highest) &&
                        value_->get<std::int64_t>() >= lowest;
  if (!in_range) fail(fmt::format("must be a whole number from {} to {}", lowest, highest));
  return value_->get<std::int64_t>();
}

}  // namespace offramp
