#pragma once

#include <cstdint>

namespace offramp {

/// A stretch of the way between devices and the cloud that a TCP connection spans: the whole of it, or with a
/// gateway that computes the access link and the uplink apart.
enum class Leg : std::uint8_t { device_to_cloud, device_to_gateway, gateway_to_cloud };

}  // namespace offramp
