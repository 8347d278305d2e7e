#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/testbed/file_descriptor.hpp"
#include "sim/testbed/network_namespace.hpp"

namespace offramp {

/// A point where IPv4 packets leave a namespace's kernel for this process, and come back. MTU 1500: a full
/// segment of 1448 bytes is a packet of 1500. The kernel removes the device when this object or the process
/// ends.
class TunDevice {
 public:
  /// @param address  of this end, in 10.0.0.0/8; the other end is in the same /16
  /// @param further  addresses that this end has as well
  TunDevice(const NetworkNamespace& in, const std::string& address,
            const std::vector<std::string>& further = {});

  /// Reads a packet into `buffer` without waiting. @return its size; 0: there is none
  std::size_t read(std::span<std::uint8_t> buffer);

  /// Hands a packet to the namespace's kernel.
  void write(std::span<const std::uint8_t> packet);

  int descriptor() const { return device_.get(); }

 private:
  FileDescriptor device_;
};

}  // namespace offramp
