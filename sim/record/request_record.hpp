#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace offramp {

/// How a request ended.
enum class Outcome : std::uint8_t { completed, fallen_back, dropped, lost, in_flight };
inline constexpr std::size_t kOutcomes = 5;
std::string_view outcome_name(Outcome outcome);

inline constexpr double kNotPassed = std::numeric_limits<double>::quiet_NaN();

/// When a request passed through one tier; NaN where it did not.
struct TierStamps {
  double received_s = kNotPassed;  ///< last byte there (first tier: the arrival)
  double decoded_s = kNotPassed;   ///< decoded, in the tier's queue
  double started_s = kNotPassed;   ///< compute began
  double computed_s = kNotPassed;  ///< answered, or the feature for the next tier is there
  double encoded_s = kNotPassed;   ///< coded for the next tier
};

/// Device, perhaps a computing gateway, cloud.
inline constexpr std::size_t kMaxTiers = 3;

/// The life of one request, a time stamp at every step.
struct RequestRecord {
  std::uint64_t id = 0;  ///< in order of arrival
  std::uint32_t group = 0;
  std::uint32_t device = 0;  ///< over all groups
  std::uint32_t image = 0;   ///< index in the profile's test set
  Outcome outcome = Outcome::in_flight;
  std::int8_t exit = -1;         ///< that answered; -1: none
  std::int8_t answered_by = -1;  ///< tier; -1: none
  bool correct = false;
  bool sent_image = false;  ///< the image itself crossed the uplink
  /// It left its device for a gateway that computes: that is tier 1, and the cloud tier 2.
  bool through_gateway = false;
  bool by_cells = false;    ///< its network answers for cells: as a whole it is neither right nor wrong
  std::uint32_t route = 0;  ///< that it takes: its group's own, or by night its night's
  double arrival_s = 0;
  std::array<TierStamps, kMaxTiers> tiers;
  double answered_s = kNotPassed;          ///< the answer is at the device
  std::uint32_t payload_bytes = 0;         ///< uplink: what the codec made
  std::uint32_t message_bytes = 0;         ///< uplink: with our framing
  std::uint32_t wire_bytes = 0;            ///< uplink: with TCP/IP headers
  std::uint32_t access_payload_bytes = 0;  ///< the same on the access link
  std::uint32_t access_message_bytes = 0;
  std::uint32_t access_wire_bytes = 0;
  std::uint32_t sent_bytes = 0;         ///< uplink: of its segments, those sent again among them
  std::uint32_t lost_bytes = 0;         ///< uplink: of these, those that will never arrive
  std::uint32_t access_sent_bytes = 0;  ///< the same on the access link
  std::uint32_t access_lost_bytes = 0;

  double latency_s() const { return answered_s - arrival_s; }
  std::size_t cloud_tier() const { return through_gateway ? 2 : 1; }
};

}  // namespace offramp
