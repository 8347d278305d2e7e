#include "models/cli/mask_request.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/scenario/policy_rules.hpp"

namespace offramp {
namespace {

UserError refusal(const std::string& text, std::string_view finding) {
  return UserError(
      fmt::format("--mask {}: {}; write entropy:0.1,0.2,0.3 (nats, one for each exit before the final one), "
                  "max_probability:... or margin:... (from 0 to 1), patience:1, or always",
                  text, finding));
}

template <class Number>
std::optional<Number> number(const std::string& item, Number lowest, Number highest) {
  Number value{};
  const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), value);
  if (error != std::errc{} || end != item.data() + item.size() || !(value >= lowest && value <= highest))
    return std::nullopt;
  return value;
}

}  // namespace

CellMask parse_mask(const std::string& text) {
  if (text == kMaskOfAll) return {kMaskOfAll};
  const std::size_t colon = text.find(':');
  CellMask mask{text.substr(0, colon)};
  const PolicyRule* rule = find_policy_rule(mask.rule);
  if (colon == std::string::npos || rule == nullptr) throw refusal(text, "no rule with its parameters");
  if (mask.rule == "router") throw refusal(text, "networks by cells have no routers");
  const std::string parameters = text.substr(colon + 1);
  if (rule->uses_patience) {
    const auto patience = number<std::size_t>(parameters, 1, 1000);
    if (!patience) throw refusal(text, "a patience is a whole number from 1 to 1000");
    mask.patience = *patience;
    return mask;
  }
  if (rule->thresholds == PolicyRule::Thresholds::none)
    throw refusal(text, fmt::format("{} accepts all cells or none", mask.rule));
  std::istringstream items(parameters);
  for (std::string item; std::getline(items, item, ',');) {
    const auto threshold = number<double>(item, 0, 1);
    if (!threshold) throw refusal(text, fmt::format("\"{}\" is no number from 0 to 1", item));
    mask.thresholds.push_back(*threshold);
  }
  return mask;
}

}  // namespace offramp
