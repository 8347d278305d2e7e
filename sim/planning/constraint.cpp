#include "sim/planning/constraint.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/core/quantity.hpp"

namespace offramp {
namespace {

std::optional<double> bound_of(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stop == end && std::isfinite(number)) return number;
  if (error == std::errc{} && std::string_view(stop, end) == "%") return number / 100;
  try {
    return parse_quantity(text, kDuration);
  } catch (const BadQuantity&) {
    return std::nullopt;
  }
}

}  // namespace

double Constraint::missed_by(double value) const {
  if (met_by(value)) return 0;
  if (std::isnan(value)) return std::numeric_limits<double>::infinity();
  return std::abs(value - bound) / (bound == 0 ? 1 : std::abs(bound));
}

Constraint parse_constraint(const std::string& text) {
  std::istringstream words(text);
  std::string metric, relation, bound, rest;
  words >> metric >> relation >> bound >> rest;
  const std::optional<double> number = bound_of(bound);
  if (metric.empty() || (relation != "<=" && relation != ">=") || !number || !rest.empty())
    throw UserError(Place{fmt::format("--subject-to '{}'", text)},
                    "is no constraint; write FIGURE <= NUMBER or FIGURE >= NUMBER, for example "
                    "'latency_s.p95 <= 200ms' or 'accuracy.top1 >= 0.9'");
  return {metric, relation == "<=", *number, text};
}

}  // namespace offramp
