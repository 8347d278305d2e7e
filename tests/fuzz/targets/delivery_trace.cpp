// Mahimahi's traces of a link, and the times of a trace of arrivals.
#include "sim/scenario/delivery_trace.hpp"

#include <memory>

#include "sim/core/error.hpp"
#include "sim/platform/trace_rates.hpp"
#include "sim/scenario/arrival_spec.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("up.trace");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    const auto& path = file->write(input);
    try {
      const DeliveryTrace trace = read_delivery_trace(path);
      require(trace.period_ms() > 0, "a trace lasts some time");
      double before = 0;
      for (const std::uint32_t at : trace.opportunities_ms) {
        require(at >= before, "times do not decrease");
        before = at;
      }
    } catch (const UserError&) {
    }
    try {
      double before = 0;
      for (const double at : read_arrival_times(path)) {
        require(at >= before, "arrivals do not go back in time");
        before = at;
      }
    } catch (const UserError&) {
    }
  };
  target.seeds = {"0\n1\n1\n2\n10\n", "5\r\n7\r\n", "# s\n0.5\n1.25\n3e1\n", "4294967295\n", "0\n"};
  target.tokens = {"\n", "\r\n", "4294967296", "-0", "nan", "inf", "1e400", "0x1", " ", "#"};
  target.memory = {64, 1u << 20};
  return target;
}

}  // namespace offramp::fuzz
