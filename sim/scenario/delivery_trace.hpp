#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace offramp {

/// The capacity of a cellular link over time, as Mahimahi records it: each line of the file is the
/// millisecond of one opportunity to send a packet of 1500 bytes (IP and TCP headers included), counted from
/// the start. The trace begins anew at its last opportunity.
/// Source: Winstein et al., NSDI 2013; Netravali et al., USENIX ATC 2015.
struct DeliveryTrace {
  static constexpr double kOpportunityBytes = 1500;

  std::filesystem::path file;
  std::vector<std::uint32_t> opportunities_ms;  ///< not empty, ascending; the last is above 0

  std::uint32_t period_ms() const { return opportunities_ms.back(); }
  double mean_bytes_per_s() const {
    return kOpportunityBytes * static_cast<double>(opportunities_ms.size()) * 1e3 / period_ms();
  }

  bool operator==(const DeliveryTrace&) const = default;
};

/// @throws UserError with every line (up to ten) that is missing, no number or below the one before, and when
///         the file cannot be read, is empty or lasts no time
DeliveryTrace read_delivery_trace(const std::filesystem::path& file);

}  // namespace offramp
