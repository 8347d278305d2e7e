#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "models/codec/builtin_codecs.hpp"
#include "models/codec/codec.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

struct Registration {
  CodecEntry entry;  ///< a 'Q' in the pattern stands for a whole number
  int lowest;        ///< of that number; no number when both are 0
  int highest;
  std::function<std::unique_ptr<Codec>(int parameter)> make;
};

// One line makes a codec known.
const std::vector<Registration>& registry() {
  static const std::vector<Registration> lines = {
      {{"raw_u8", Signal::image, "a byte a pixel"}, 0, 0, [](int) { return make_raw_u8(); }},
      {{"jpegQ", Signal::image, "JPEG of quality Q, common headers left out"}, 1, 100, make_jpeg},
      {{"raw_f32", Signal::feature, "32-bit floats"}, 0, 0, [](int) { return make_raw_f32(); }},
      {{"int8_zstd", Signal::feature, "8 bits an element, packed by zstd"},
       0,
       0,
       [](int) { return make_int8_zstd(); }},
  };
  return lines;
}

bool has_parameter(const Registration& line) { return line.highest > 0; }

/// The number that stands in `name` where the pattern has its 'Q'; -1 when it is none written plainly.
/// Nothing when the rest of the name differs.
std::optional<int> parameter_in(std::string_view name, std::string_view pattern) {
  const std::size_t at = pattern.find('Q');
  const std::string_view before = pattern.substr(0, at);
  const std::string_view after = pattern.substr(at + 1);
  if (name.size() < before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after))
    return {};
  const std::string_view digits = name.substr(before.size(), name.size() - before.size() - after.size());
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool plain = error == std::errc{} && fmt::format("{}", value) == digits;
  return plain && value >= 0 ? value : -1;
}

}  // namespace

std::unique_ptr<Codec> make_codec(std::string_view name) {
  std::vector<std::string> patterns;
  for (const Registration& line : registry()) {
    const std::string& pattern = line.entry.pattern;
    patterns.push_back(pattern);
    if (!has_parameter(line)) {
      if (name == pattern) return line.make(0);
      continue;
    }
    const std::optional<int> parameter = parameter_in(name, pattern);
    if (!parameter) continue;
    if (*parameter < line.lowest || *parameter > line.highest)
      throw UserError(fmt::format("codec \"{}\": Q in {} is a whole number from {} to {}", name, pattern,
                                  line.lowest, line.highest));
    return line.make(*parameter);
  }
  throw UserError(fmt::format("unknown codec \"{}\"{}", name, suggestion(name, patterns)));
}

std::vector<CodecEntry> list_codecs() {
  std::vector<CodecEntry> entries;
  for (const Registration& line : registry()) entries.push_back(line.entry);
  return entries;
}

}  // namespace offramp
