#include "sim/core/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace offramp {
namespace {

constexpr std::array kDurationUnits{UnitFactor{"ns", 1e-9}, UnitFactor{"us", 1e-6}, UnitFactor{"ms", 1e-3},
                                    UnitFactor{"s", 1},     UnitFactor{"min", 60},  UnitFactor{"h", 3600},
                                    UnitFactor{"d", 86400}};
constexpr std::array kBandwidthUnits{UnitFactor{"bps", 0.125},  UnitFactor{"kbps", 125},
                                     UnitFactor{"Mbps", 125e3}, UnitFactor{"Gbps", 125e6},
                                     UnitFactor{"Bps", 1},      UnitFactor{"kBps", 1e3},
                                     UnitFactor{"MBps", 1e6},   UnitFactor{"GBps", 1e9},
                                     UnitFactor{"TBps", 1e12},  UnitFactor{"Tbps", 0.125e12}};
constexpr std::array kDataSizeUnits{
    UnitFactor{"B", 1},      UnitFactor{"kB", 1e3},      UnitFactor{"MB", 1e6},        UnitFactor{"GB", 1e9},
    UnitFactor{"KiB", 1024}, UnitFactor{"MiB", 1048576}, UnitFactor{"GiB", 1073741824}};
constexpr std::array kFrequencyUnits{UnitFactor{"/s", 1}, UnitFactor{"/min", 1.0 / 60},
                                     UnitFactor{"/h", 1.0 / 3600}, UnitFactor{"/d", 1.0 / 86400}};
constexpr std::array kComputeRateUnits{UnitFactor{"MFLOP/s", 1e6}, UnitFactor{"GFLOP/s", 1e9},
                                       UnitFactor{"TFLOP/s", 1e12}};
constexpr std::array kPowerUnits{UnitFactor{"mW", 1e-3}, UnitFactor{"W", 1}, UnitFactor{"kW", 1e3}};
constexpr std::array kEnergyPerByteUnits{UnitFactor{"nJ/B", 1e-9}, UnitFactor{"uJ/B", 1e-6},
                                         UnitFactor{"J/B", 1}, UnitFactor{"J/MB", 1e-6}};
constexpr std::array kDurationPerSizeUnits{UnitFactor{"us/MB", 1e-12}, UnitFactor{"ms/MB", 1e-9},
                                           UnitFactor{"s/MB", 1e-6}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string unit_list(const QuantityKind& kind) {
  std::string list;
  for (const UnitFactor& unit : kind.units) {
    if (!list.empty()) list += ", ";
    list += unit.suffix;
  }
  return list;
}

}  // namespace

const QuantityKind kDuration{"duration", "\"5ms\", \"30s\" or \"10min\"", kDurationUnits};
const QuantityKind kBandwidth{"bandwidth", "\"50Mbps\" (bits) or \"6.25MBps\" (bytes)", kBandwidthUnits};
const QuantityKind kDataSize{"size", "\"200B\" or \"150kB\"", kDataSizeUnits};
const QuantityKind kFrequency{"rate", "\"2/s\" or \"30/min\"", kFrequencyUnits};
const QuantityKind kComputeRate{"compute rate", "\"5GFLOP/s\"", kComputeRateUnits};
const QuantityKind kPower{"power", "\"7.2W\"", kPowerUnits};
const QuantityKind kEnergyPerByte{"energy per byte", "\"120nJ/B\"", kEnergyPerByteUnits};
const QuantityKind kDurationPerSize{"time per size", "\"12ms/MB\"", kDurationPerSizeUnits};

double parse_quantity(std::string_view text, const QuantityKind& kind) {
  const std::string_view body = trimmed(text);
  double number = 0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), number);
  if (error == std::errc::result_out_of_range || !std::isfinite(number))
    throw BadQuantity(fmt::format("\"{}\" is out of range for a {}", text, kind.noun));
  if (error != std::errc{})
    throw BadQuantity(fmt::format("\"{}\" is not a {}; write {}", text, kind.noun, kind.examples));
  const std::string_view suffix = trimmed(body.substr(static_cast<std::size_t>(end - body.data())));
  if (suffix.empty()) throw BadQuantity(fmt::format("\"{}\" has no unit; write {}", text, kind.examples));
  for (const UnitFactor& unit : kind.units)
    if (unit.suffix == suffix) return number * unit.factor;
  throw BadQuantity(
      fmt::format("\"{}\": \"{}\" is no unit of {}; allowed: {}", text, suffix, kind.noun, unit_list(kind)));
}

std::string quantity_text(double value, const QuantityKind& kind) {
  std::string shortest;
  for (const UnitFactor& unit : kind.units) {
    const std::string text = fmt::format("{}{}", value / unit.factor, unit.suffix);
    const bool shorter = shortest.empty() || text.size() < shortest.size();
    if (shorter && parse_quantity(text, kind) == value) shortest = text;
  }
  return shortest;
}

}  // namespace offramp
