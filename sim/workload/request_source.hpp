#pragma once

#include <boost/random/uniform_int_distribution.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "sim/core/random_stream.hpp"
#include "sim/workload/arrival_process.hpp"

namespace offramp {

/// What one device is asked: when its frames arrive and which images they are, from streams of its own.
/// Whoever replays a replication (sim/testbed) draws from the same.
struct RequestSource {
  std::unique_ptr<ArrivalProcess> arrivals;
  RandomEngine images;

  /// @param device  over all groups
  RequestSource(const Scenario& scenario, const ArrivalSpec& spec, std::uint64_t replication,
                std::uint32_t device)
      : arrivals(make_arrival_process(spec, random_stream(scenario.seed, replication, device, "arrivals"),
                                      scenario.start_s)),
        images(random_stream(scenario.seed, replication, device, "images")) {}

  /// @param count  how many images there are
  std::uint32_t next_image(std::size_t count) {
    const auto last = static_cast<std::uint32_t>(count - 1);
    return boost::random::uniform_int_distribution<std::uint32_t>(0, last)(images);
  }
};

}  // namespace offramp
