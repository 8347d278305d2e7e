#pragma once

#include <cstdint>
#include <string>

#include "sim/testbed/network_namespace.hpp"
#include "sim/testbed/relay.hpp"
#include "sim/testbed/tun_device.hpp"

namespace offramp {

/// Two network namespaces and the emulated link between them. Everything is gone when this object or its
/// process ends, also by a signal or a crash: nothing of it has a name outside.
class EmulatedPath {
 public:
  static constexpr const char* kNearAddress = "10.77.0.1";
  static constexpr const char* kFarAddress = "10.77.0.2";

  /// @throws UserError without the right to make namespaces and devices
  EmulatedPath(const LinkShape& up, const LinkShape& down, std::uint64_t seed = 1);

  const NetworkNamespace& near() const { return near_; }
  const NetworkNamespace& far() const { return far_; }
  Relay& relay() { return relay_; }

 private:
  NetworkNamespace near_;
  NetworkNamespace far_;
  TunDevice near_device_;
  TunDevice far_device_;
  Relay relay_;
};

}  // namespace offramp
