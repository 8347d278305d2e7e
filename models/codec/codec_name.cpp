#include "models/codec/codec_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <climits>

#include "sim/core/error.hpp"

namespace offramp {

std::optional<int> number_behind(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return {};
  const std::string_view digits = text.substr(prefix.size());
  const bool plain = !digits.empty() &&
                     std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
                     (digits.size() == 1 || digits[0] != '0');
  if (!plain) return {};
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} ? value : INT_MAX;
}

std::optional<int> number_behind(std::string_view text, std::string_view prefix, int lowest, int highest,
                                 std::string_view codec) {
  const std::optional<int> number = number_behind(text, prefix);
  if (number && (*number < lowest || *number > highest))
    throw UserError(fmt::format("codec \"{}\": the number behind \"{}\" is a whole number from {} to {}",
                                codec, prefix, lowest, highest));
  return number;
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word) || text.size() <= word.size() || text[word.size()] != '_') return false;
  text.remove_prefix(word.size() + 1);
  return true;
}

}  // namespace offramp
