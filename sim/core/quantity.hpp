#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace offramp {

/// One way to write a unit and how many base units it is.
struct UnitFactor {
  std::string_view suffix;
  double factor;
};

/// A kind of quantity as users write it: a number and one of its units, no space needed.
struct QuantityKind {
  std::string_view noun;      ///< "bandwidth"
  std::string_view examples;  ///< continues "write ": "\"50Mbps\" (bits) or \"6.25MBps\" (bytes)"
  std::span<const UnitFactor> units;
};

extern const QuantityKind kDuration;         ///< -> seconds
extern const QuantityKind kBandwidth;        ///< -> bytes per second; "bps" are bits, "Bps" bytes
extern const QuantityKind kDataSize;         ///< -> bytes; kB = 1000, KiB = 1024
extern const QuantityKind kFrequency;        ///< -> events per second
extern const QuantityKind kComputeRate;      ///< -> FLOP per second
extern const QuantityKind kPower;            ///< -> watts
extern const QuantityKind kEnergyPerByte;    ///< -> joules per byte
extern const QuantityKind kDurationPerSize;  ///< -> seconds per byte

/// What is wrong with a quantity; the message shows what was found and how to write it.
class BadQuantity : public std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Reads "20Mbps", "5 ms", "2/s" into base units.
/// @throws BadQuantity on a missing or foreign unit, a non-number, infinity or NaN
double parse_quantity(std::string_view text, const QuantityKind& kind);

/// The shortest text that parse_quantity reads back as exactly this value: 2.5e6 -> "20Mbps".
/// @param value  finite
/// @param kind   one that has its base unit (all but compute rate and time per size)
std::string quantity_text(double value, const QuantityKind& kind);

}  // namespace offramp
