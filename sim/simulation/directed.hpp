#pragma once

#include <cstdint>

#include "sim/platform/tcp_connection.hpp"

namespace offramp {

/// A number and a direction packed into one: the kind of an event, or whose flow it is.
struct Directed {
  using Direction = TcpConnection::Direction;

  std::uint32_t number;
  Direction direction;

  constexpr std::uint32_t packed() const { return number << 1 | (direction == Direction::up ? 1U : 0U); }
  static constexpr Directed unpacked(std::uint32_t packed) {
    return {packed >> 1, (packed & 1) != 0 ? Direction::up : Direction::down};
  }
};

}  // namespace offramp
