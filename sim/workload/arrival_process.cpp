#include "sim/workload/arrival_process.hpp"

#include <stdexcept>

namespace offramp {

std::unique_ptr<ArrivalProcess> make_arrival_process(const ArrivalSpec& spec, RandomEngine stream) {
  switch (spec.process) {
    case ArrivalSpec::Process::periodic:
      return make_periodic_arrivals(spec.rate_per_s, stream);
    case ArrivalSpec::Process::poisson:
      return make_poisson_arrivals(spec.rate_per_s, stream);
  }
  throw std::logic_error("arrival process without a maker");
}

}  // namespace offramp
