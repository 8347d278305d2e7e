#include "sim/scenario/yaml_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <tuple>

#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

/// @return false unless the whole text is one number
template <class T>
bool parse_all(std::string_view text, T& value, std::errc& error) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  error = result.ec;
  return result.ptr == end && result.ec != std::errc::invalid_argument;
}

std::string allowed_text(NumberRange range) {
  if (std::isfinite(range.most)) return fmt::format("allowed: {} to {}", range.least, range.most);
  return fmt::format("it must be {} {}", range.least_allowed ? "at least" : "greater than", range.least);
}

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

}  // namespace

void YamlCursor::refuse(std::string_view message) const {
  if (node_ != nullptr) refuse_at(node_->place, message);
}

void YamlCursor::refuse_at(const Place& place, std::string_view message) const {
  problems_->push_back({place, path_.empty() ? std::string(message) : fmt::format("{}: {}", path_, message)});
}

const std::string* YamlCursor::scalar(std::string_view what) const {
  if (node_ == nullptr) return nullptr;
  if (node_->kind == YamlNode::Kind::scalar) return &node_->text;
  refuse(fmt::format("found {}; {} is needed", describe(*node_), what));
  return nullptr;
}

bool YamlCursor::in_range(double number, NumberRange range, std::string_view found) const {
  const bool large_enough = range.least_allowed ? number >= range.least : number > range.least;
  if (large_enough && number <= range.most && std::isfinite(number)) return true;
  refuse(fmt::format("\"{}\" is out of range; {}", found, allowed_text(range)));
  return false;
}

bool YamlCursor::read_text(std::string& value, std::string_view example) const {
  const std::string* text = scalar(fmt::format("a text such as {}", example));
  if (text == nullptr) return false;
  if (text->empty()) {
    refuse(fmt::format("is empty; write a text such as {}", example));
    return false;
  }
  value = *text;
  return true;
}

bool YamlCursor::read_choice(std::string& value, const std::vector<std::string>& allowed) const {
  const std::string* text = scalar(fmt::format("one of {}", fmt::join(allowed, ", ")));
  if (text == nullptr) return false;
  if (std::find(allowed.begin(), allowed.end(), *text) == allowed.end()) {
    refuse(fmt::format("\"{}\" is unknown{}", *text, suggestion(*text, allowed)));
    return false;
  }
  value = *text;
  return true;
}

bool YamlCursor::read_flag(bool& value) const {
  const std::string* text = scalar("true or false");
  if (text == nullptr) return false;
  if (*text != "true" && *text != "false") {
    refuse(fmt::format("\"{}\" is neither true nor false", *text));
    return false;
  }
  value = *text == "true";
  return true;
}

bool YamlCursor::read_whole(std::uint64_t& value, std::uint64_t least, std::uint64_t most) const {
  const std::string* text = scalar("a whole number");
  if (text == nullptr) return false;
  std::uint64_t number = 0;
  std::errc error{};
  const bool negative = text->size() > 1 && text->front() == '-';
  if (!parse_all(negative ? std::string_view(*text).substr(1) : std::string_view(*text), number, error)) {
    refuse(fmt::format("\"{}\" is not a whole number; allowed: {} to {}", *text, least, most));
    return false;
  }
  if (negative || error != std::errc{} || number < least || number > most) {
    refuse(fmt::format("\"{}\" is out of range; allowed: {} to {}", *text, least, most));
    return false;
  }
  value = number;
  return true;
}

bool YamlCursor::read_number(double& value, NumberRange range) const {
  const std::string* text = scalar("a number");
  if (text == nullptr) return false;
  double number = 0;
  std::errc error{};
  if (!parse_all(*text, number, error) || (error == std::errc{} && !std::isfinite(number))) {
    refuse(fmt::format("\"{}\" is not a number; {}", *text, allowed_text(range)));
    return false;
  }
  if (error != std::errc{}) number = std::numeric_limits<double>::infinity();
  if (!in_range(number, range, *text)) return false;
  value = number;
  return true;
}

bool YamlCursor::read_share(double& value, NumberRange range) const {
  if (node_ == nullptr || node_->kind != YamlNode::Kind::scalar || !node_->text.ends_with('%'))
    return read_number(value, range);
  double percent = 0;
  std::errc error{};
  const std::string_view digits = std::string_view(node_->text).substr(0, node_->text.size() - 1);
  if (!parse_all(digits, percent, error) || error != std::errc{}) {
    refuse(fmt::format("\"{}\" is not a percentage; write \"20%\" or 0.2", node_->text));
    return false;
  }
  if (!in_range(percent / 100, range, node_->text)) return false;
  value = percent / 100;
  return true;
}

bool YamlCursor::is_word(std::string_view word) const {
  return node_ != nullptr && node_->kind == YamlNode::Kind::scalar && node_->text == word;
}

bool YamlCursor::read_quantity_or(std::string_view word, double& value, const QuantityKind& kind,
                                  NumberRange range) const {
  if (!word.empty() && is_word(word)) return false;
  const std::string alternative = word.empty() ? std::string() : fmt::format(", or {}", word);
  const std::string* text = scalar(fmt::format("a {} such as {}{}", kind.noun, kind.examples, alternative));
  if (text == nullptr) return false;
  try {
    const double number = parse_quantity(*text, kind);
    if (!in_range(number, range, *text)) return false;
    value = number;
    return true;
  } catch (const BadQuantity& error) {
    refuse(error.what() + alternative);
    return false;
  }
}

bool YamlCursor::read_time_of_day(double& seconds) const {
  const std::string* text = scalar("a time of day such as 18:30");
  if (text == nullptr) return false;
  constexpr std::size_t kMinutes = 5, kSeconds = 8;
  constexpr std::array<double, 3> kParts{3600, 60, 1};
  constexpr std::array<int, 3> kBelow{24, 60, 60};
  double sum = 0;
  bool good = text->size() == kMinutes || text->size() == kSeconds;
  for (std::size_t part = 0; good && 3 * part < text->size(); ++part) {
    const char* digits = text->data() + 3 * part;
    int number = 0;
    const auto [stop, error] = std::from_chars(digits, digits + 2, number);
    good = error == std::errc{} && stop == digits + 2 && number >= 0 && number < kBelow[part] &&
           (part == 0 || digits[-1] == ':');
    sum += number * kParts[part];
  }
  if (!good)
    refuse(fmt::format("\"{}\" is no time of day; write hours and minutes such as 06:00 (00:00 to 23:59:59)",
                       *text));
  else
    seconds = sum;
  return good;
}

YamlCursor YamlCursor::child(const std::string& key) const {
  return YamlCursor(node_ == nullptr ? nullptr : node_->find(key), joined(path_, key), *problems_);
}

std::vector<YamlCursor> YamlCursor::items() const {
  std::vector<YamlCursor> items;
  if (node_ == nullptr) return items;
  if (node_->kind != YamlNode::Kind::sequence) {
    refuse(
        fmt::format("found {}; a list is needed ([a, b] or lines that begin with \"- \")", describe(*node_)));
    return items;
  }
  for (std::size_t i = 0; i < node_->children.size(); ++i)
    items.emplace_back(&node_->children[i], fmt::format("{}[{}]", path_, i), *problems_);
  return items;
}

std::vector<std::pair<std::string, YamlCursor>> YamlCursor::entries() const {
  std::vector<std::pair<std::string, YamlCursor>> entries;
  if (node_ == nullptr) return entries;
  if (node_->kind != YamlNode::Kind::map) {
    refuse(fmt::format("found {}; a map is needed (key: value)", describe(*node_)));
    return entries;
  }
  for (std::size_t i = 0; i < node_->keys.size(); ++i)
    entries.emplace_back(node_->keys[i],
                         YamlCursor(&node_->children[i], joined(path_, node_->keys[i]), *problems_));
  return entries;
}

std::string time_of_day_text(double seconds) {
  const auto whole = static_cast<int>(seconds);
  const std::string minutes = fmt::format("{:02}:{:02}", whole / 3600, whole / 60 % 60);
  return whole % 60 == 0 ? minutes : fmt::format("{}:{:02}", minutes, whole % 60);
}

void throw_if_any(std::vector<Problem> problems) {
  if (problems.empty()) return;
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.place.source, a.place.line, a.place.column, a.message) <
           std::tie(b.place.source, b.place.line, b.place.column, b.message);
  });
  // Two groups that name the same broken file find the same problems in it.
  std::vector<Problem> distinct;
  for (Problem& problem : problems)
    if (distinct.empty() || distinct.back().text() != problem.text()) distinct.push_back(std::move(problem));
  throw UserError(std::move(distinct));
}

}  // namespace offramp
