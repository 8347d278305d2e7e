#include "sim/workload/arrival_process.hpp"

#include <stdexcept>

namespace offramp {

std::unique_ptr<ArrivalProcess> make_arrival_process(const ArrivalSpec& spec, RandomEngine stream,
                                                     double time_of_day_s) {
  switch (spec.process) {
    case ArrivalSpec::Process::periodic:
      return make_periodic_arrivals(spec, stream);
    case ArrivalSpec::Process::poisson:
      return make_poisson_arrivals(spec, stream);
    case ArrivalSpec::Process::mmpp:
      return make_mmpp_arrivals(spec, stream);
    case ArrivalSpec::Process::trace:
      return make_trace_arrivals(spec, stream);
    case ArrivalSpec::Process::phases:
      return make_phased_arrivals(spec, stream, time_of_day_s);
  }
  throw std::logic_error("arrival process without a maker");
}

}  // namespace offramp
