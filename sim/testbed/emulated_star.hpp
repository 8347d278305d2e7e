#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/testbed/emulated_link.hpp"

namespace offramp {

/// The network between the devices and the cloud as the simulator's platform has it: each device an access
/// link of its own, and behind its gateway an uplink that it shares. Devices are told apart by their address.
struct StarShape {
  struct Device {
    LinkShape up;
    LinkShape down;
    std::size_t gateway = 0;
  };
  std::vector<Device> devices;
  std::vector<LinkShape> uplinks_up;  ///< [gateway]
  std::vector<LinkShape> uplinks_down;
};

inline constexpr const char* kStarCloudAddress = "10.77.0.2";
inline constexpr const char* kStarOwnAddress = "10.77.0.1";  ///< of the devices' end; no device has it
/// 10.77.1.1 and on, 250 in each /24.
inline constexpr std::size_t kMostStarDevices = 250 * 250;
std::string star_address(std::size_t device);

/// What an uplink sent.
struct Transmission {
  double from_s = 0;
  double to_s = 0;
  double bytes = 0;
};

/// One direction of it: packets pass two links, of which only the bottleneck drops.
class EmulatedStar final : public PacketWay {
 public:
  enum class Direction { up, down };

  EmulatedStar(const StarShape& shape, Direction direction, std::uint64_t seed);

  /// Packets of nobody's address are dropped without a count.
  void push(double now_s, Packet packet) override;
  std::optional<double> next_due_s() const override;
  std::optional<Packet> take(double now_s) override;
  Counts counts() const override;

  /// What the uplinks sent so far.
  const std::vector<Transmission>& transmissions() const { return transmissions_; }

 private:
  /// Links in the order in which a packet passes them: its device's then its gateway's, or the other way.
  std::vector<EmulatedLink>& first() { return up_ ? access_ : uplinks_; }
  std::vector<EmulatedLink>& second() { return up_ ? uplinks_ : access_; }
  const std::vector<EmulatedLink>& second() const { return up_ ? uplinks_ : access_; }
  std::size_t device_of(const Packet& packet) const;
  void push_to(std::vector<EmulatedLink>& links, std::size_t device, double now_s, Packet packet);
  static std::size_t earliest(const std::vector<EmulatedLink>& links);

  bool up_;
  std::vector<std::size_t> gateway_of_;
  std::vector<double> uplink_bytes_per_s_;
  std::vector<EmulatedLink> access_;   ///< [device]
  std::vector<EmulatedLink> uplinks_;  ///< [gateway]
  std::vector<Transmission> transmissions_;
};

}  // namespace offramp
