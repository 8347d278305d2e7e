#include "sim/sweep/condition.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>

#include "sim/core/nearest_name.hpp"
#include "sim/core/quantity.hpp"

namespace offramp {
namespace {

const std::vector<std::string> kRelations{"<=", ">=", "==", "!=", "<", ">"};

/// A number in the base unit of its kind.
struct Measured {
  double value = 0;
  const QuantityKind* kind = nullptr;  ///< null: a plain number
};

std::optional<Measured> measured(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return std::nullopt;
  if (stop == end) return Measured{number, nullptr};
  for (const QuantityKind* kind : {&kDuration, &kBandwidth, &kDataSize, &kFrequency, &kComputeRate, &kPower,
                                   &kEnergyPerByte, &kDurationPerSize}) {
    try {
      return Measured{parse_quantity(text, *kind), kind};
    } catch (const BadQuantity&) {
    }
  }
  return std::nullopt;
}

bool compare(const std::string& left, const std::string& relation, const std::string& right) {
  const std::optional<Measured> a = measured(left);
  const std::optional<Measured> b = measured(right);
  if (!a || !b || a->kind != b->kind) {
    if (relation == "==") return left == right;
    if (relation == "!=") return left != right;
    return false;
  }
  if (relation == "==") return a->value == b->value;
  if (relation == "!=") return a->value != b->value;
  if (relation == "<=") return a->value <= b->value;
  if (relation == ">=") return a->value >= b->value;
  return relation == "<" ? a->value < b->value : a->value > b->value;
}

/// The words between the first relation and what is around it.
std::string joined(const std::vector<std::string>& words, std::size_t from, std::size_t to) {
  return fmt::format("{}", fmt::join(words.begin() + static_cast<std::ptrdiff_t>(from),
                                     words.begin() + static_cast<std::ptrdiff_t>(to), " "));
}

std::vector<std::vector<std::string>> alternatives(const std::string& text) {
  std::vector<std::vector<std::string>> parts(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word == "or")
      parts.emplace_back();
    else
      parts.back().push_back(word);
  }
  return parts;
}

}  // namespace

Condition Condition::read(const YamlCursor& cursor, const std::vector<std::string>& parameters) {
  Condition condition;
  std::string text;
  if (!cursor.read_text(text, "devices.0.count <= 200")) return condition;
  for (const std::vector<std::string>& words : alternatives(text)) {
    const auto relation = std::find_if(words.begin(), words.end(), [](const std::string& word) {
      return std::find(kRelations.begin(), kRelations.end(), word) != kRelations.end();
    });
    const auto at = static_cast<std::size_t>(relation - words.begin());
    if (at != 1 || at + 1 >= words.size()) {
      cursor.refuse(
          fmt::format("\"{}\" is no condition; write PARAMETER {} VALUE with spaces between, for "
                      "example devices.0.count <= 200",
                      text, fmt::join(kRelations, "|")));
      return condition;
    }
    if (std::find(parameters.begin(), parameters.end(), words[0]) == parameters.end()) {
      cursor.refuse(fmt::format("\"{}\" is varied by no axis{}", words[0], suggestion(words[0], parameters)));
      return condition;
    }
    condition.any_of_.push_back({words[0], *relation, joined(words, at + 1, words.size())});
  }
  return condition;
}

bool Condition::holds(const std::map<std::string, std::string>& point) const {
  return std::any_of(any_of_.begin(), any_of_.end(), [&](const Comparison& one) {
    const auto right = point.find(one.right);
    return compare(point.at(one.left), one.relation, right == point.end() ? one.right : right->second);
  });
}

}  // namespace offramp
