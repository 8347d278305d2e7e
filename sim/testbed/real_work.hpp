#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/testbed/message.hpp"
#include "sim/testbed/work_order.hpp"

namespace offramp {

/// What a device's part of its network makes of an image.
struct EdgeResult {
  int exit = -1;  ///< that answers; -1: the payload is passed on
  std::uint16_t named_class = 0;
  std::vector<std::uint8_t> payload;
};

/// The devices' side of the networks: called in each device's order, those of one route from one thread.
class EdgeWork {
 public:
  virtual ~EdgeWork() = default;
  virtual EdgeResult run(std::uint32_t device, std::uint32_t image) = 0;
};

/// The cloud's side. decode() may be called from another thread than run().
class CloudWork {
 public:
  using Feature = std::vector<float>;
  virtual ~CloudWork() = default;
  /// @param device  that sent it: payloads of a device come in its order
  /// @throws std::exception for what its codec did not make
  virtual Feature decode(std::uint32_t device, std::span<const std::uint8_t> payload) = 0;
  /// Runs the rest of a route's network on a batch. @return one answer a feature, in their order
  virtual std::vector<Answer> run(std::uint16_t route, const std::vector<Feature>& batch) = 0;
};

}  // namespace offramp
