#include "sim/testbed/emulated_star.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace offramp {
namespace {

constexpr std::size_t kInASubnet = 250;
constexpr std::size_t kIpHeaderBytes = 20, kSourceAt = 12, kDestinationAt = 16;
constexpr double kNever = std::numeric_limits<double>::infinity();

double due_s(const EmulatedLink& link) { return link.next_due_s().value_or(kNever); }

}  // namespace

std::string star_address(std::size_t device) {
  return fmt::format("10.77.{}.{}", 1 + device / kInASubnet, 1 + device % kInASubnet);
}

EmulatedStar::EmulatedStar(const StarShape& shape, Direction direction, std::uint64_t seed)
    : up_(direction == Direction::up) {
  for (const StarShape::Device& device : shape.devices) {
    gateway_of_.push_back(device.gateway);
    access_.emplace_back(up_ ? device.up : device.down, seed++);
  }
  for (const LinkShape& uplink : up_ ? shape.uplinks_up : shape.uplinks_down) {
    uplink_bytes_per_s_.push_back(uplink.bytes_per_s);
    uplinks_.emplace_back(uplink, seed++);
  }
}

std::size_t EmulatedStar::device_of(const Packet& packet) const {
  constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();
  if (packet.size() < kIpHeaderBytes || packet[0] >> 4 != 4) return kNobody;
  const std::uint8_t* address = packet.data() + (up_ ? kSourceAt : kDestinationAt);
  if (address[0] != 10 || address[1] != 77 || address[2] == 0 || address[3] == 0 || address[3] > kInASubnet)
    return kNobody;
  const std::size_t device = (address[2] - 1U) * kInASubnet + address[3] - 1U;
  return device < access_.size() ? device : kNobody;
}

void EmulatedStar::push_to(std::vector<EmulatedLink>& links, std::size_t device, double now_s,
                           Packet packet) {
  if (&links == &access_) return access_[device].push(now_s, std::move(packet));
  const std::size_t gateway = gateway_of_[device];
  EmulatedLink& uplink = uplinks_[gateway];
  const auto bytes = static_cast<double>(packet.size());
  const std::uint64_t dropped = uplink.counts().dropped;
  uplink.push(now_s, std::move(packet));
  if (uplink.counts().dropped != dropped) return;
  const double to_s = uplink.free_at_s();
  transmissions_.push_back({to_s - bytes / uplink_bytes_per_s_[gateway], to_s, bytes});
}

void EmulatedStar::push(double now_s, Packet packet) {
  const std::size_t device = device_of(packet);
  if (device < access_.size()) push_to(first(), device, now_s, std::move(packet));
}

std::size_t EmulatedStar::earliest(const std::vector<EmulatedLink>& links) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < links.size(); ++i)
    if (due_s(links[i]) < due_s(links[best])) best = i;
  return best;
}

std::optional<double> EmulatedStar::next_due_s() const {
  double due = kNever;
  for (const auto* links : {&access_, &uplinks_}) due = std::min(due, due_s((*links)[earliest(*links)]));
  return due == kNever ? std::nullopt : std::optional(due);
}

/// What leaves a first link enters the second when it was due there, however late it is looked at.
std::optional<PacketWay::Packet> EmulatedStar::take(double now_s) {
  for (;;) {
    EmulatedLink& inner = first()[earliest(first())];
    const double at_s = due_s(inner);
    if (at_s > now_s) break;
    Packet packet = inner.pop();
    const std::size_t device = device_of(packet);
    push_to(second(), device, at_s, std::move(packet));
  }
  return second()[earliest(second())].take(now_s);
}

PacketWay::Counts EmulatedStar::counts() const {
  Counts all;
  for (const auto* links : {&access_, &uplinks_})
    for (const EmulatedLink& link : *links) {
      const Counts counts = link.counts();
      all.dropped += counts.dropped;
      all.lost += counts.lost;
      if (links == &second()) all.carried += counts.carried;
    }
  return all;
}

}  // namespace offramp
