#include "tests/validation/poisson_uploads.hpp"

#include <algorithm>

#include "sim/core/random_stream.hpp"
#include "sim/workload/arrival_process.hpp"

namespace offramp::validation {

std::vector<Arrival> poisson_uploads(std::size_t devices, double rate_per_s, double until_s) {
  std::vector<Arrival> arrivals;
  for (std::uint32_t device = 0; device < devices; ++device) {
    const auto process = make_arrival_process({ArrivalSpec::Process::poisson, rate_per_s},
                                              random_stream(kSeed, 0, device, "arrivals"));
    for (double at_s = process->next_s(); at_s < until_s; at_s = process->next_s())
      arrivals.push_back({device, at_s});
  }
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](const Arrival& a, const Arrival& b) { return a.at_s < b.at_s; });
  return arrivals;
}

}  // namespace offramp::validation
