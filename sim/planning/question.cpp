#include "sim/planning/question.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr double kStep = 1.01;

struct End {
  double number = 0;
  std::string unit;
  bool whole = false;
};

End end_of(const std::string& text, const Place& place) {
  End end;
  const char* stop_at = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), stop_at, end.number);
  end.unit.assign(stop, stop_at);
  end.whole = end.unit.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (error != std::errc{} || !(end.number > 0))
    throw UserError(
        place, fmt::format("\"{}\" is no number above 0; write for example 1,1000 or 1Mbps,50Mbps", text));
  return end;
}

}  // namespace

Levels::Levels(const std::string& between, bool maximize) : maximize_(maximize) {
  const Place place{fmt::format("--between {}", between)};
  const std::size_t comma = between.find(',');
  if (comma == std::string::npos)
    throw UserError(place, "write LOW,HIGH, for example 1,1000 or 1Mbps,50Mbps");
  const End low = end_of(between.substr(0, comma), place);
  const End high = end_of(between.substr(comma + 1), place);
  if (low.unit != high.unit) throw UserError(place, "write both ends in one unit");
  if (low.number >= high.number) throw UserError(place, "the first end must lie below the second");
  span_ = {low.number, high.number, !(low.whole && high.whole), low.whole && high.whole, low.unit};
  count_ =
      span_.whole
          ? static_cast<std::int64_t>(high.number - low.number) + 1
          : static_cast<std::int64_t>(std::ceil(std::log(high.number / low.number) / std::log(kStep))) + 1;
}

std::string Levels::text(std::int64_t level) const {
  const std::int64_t step = maximize_ ? level : count_ - 1 - level;
  if (span_.whole) return fmt::format("{:.0f}", span_.from + static_cast<double>(step));
  const double value =
      step == count_ - 1 ? span_.to : span_.from * std::pow(kStep, static_cast<double>(step));
  return fmt::format("{:.6g}{}", value, span_.unit);
}

std::vector<Axis> parse_choices(const std::vector<std::string>& texts) {
  std::vector<Axis> axes;
  for (const std::string& text : texts) {
    if (text.find('=') != std::string::npos) {
      axes.push_back(parse_vary(text));
      continue;
    }
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      axes.push_back({{text.substr(begin, end - begin)}, {}});
      begin = end + 1;
    }
  }
  return axes;
}

}  // namespace offramp
