#pragma once

#include <cstdint>

#include "sim/platform/network_platform.hpp"
#include "sim/simulation/connection_pool.hpp"
#include "sim/simulation/request_pool.hpp"

namespace offramp {

/// Keeps, in the record of each request, the bytes of its message that were sent and that were lost on the
/// way up: those that cross a shared uplink, and those that a device sends over its access link. What is
/// neither lost nor received when the request ends is under way.
class ByteBooks {
 public:
  ByteBooks(const NetworkPlatform& platform, RequestPool& requests)
      : platform_(platform), requests_(requests) {}

  /// @param bytes  with headers, on the link
  void sent_up(std::uint32_t request, const Connection& carrier, std::uint32_t bytes);
  /// Of what was sent, what no receiver will see.
  void lost_up(std::uint32_t request, const Connection& carrier, std::uint32_t bytes);
  /// Its device has crashed: unless the last byte had left, all that was sent is of no use to anybody.
  void cut_off(std::uint32_t request);

 private:
  const NetworkPlatform& platform_;
  RequestPool& requests_;
};

}  // namespace offramp
