#include <cmath>
#include <vector>

#include "sim/workload/arrival_process.hpp"
#include "tests/catch.hpp"
#include "tests/workload/chi_square.hpp"

using namespace offramp;

namespace {

ArrivalSpec trace_of(std::vector<double> times_s, double loop_s, bool random_offset) {
  ArrivalSpec spec{ArrivalSpec::Process::trace};
  spec.trace = ArrivalTrace{"trace.txt", loop_s, random_offset,
                            std::make_shared<const std::vector<double>>(std::move(times_s))};
  return spec;
}

std::unique_ptr<ArrivalProcess> process_of(const ArrivalSpec& spec, std::uint64_t device) {
  return make_arrival_process(spec, random_stream(1, 0, device, "arrivals"));
}

}  // namespace

TEST_CASE("a trace is played as it stands and then over again") {
  const auto process = process_of(trace_of({0, 1.5, 1.5, 4}, 5, false), 0);
  for (const double expected : {0.0, 1.5, 1.5, 4.0, 5.0, 6.5, 6.5, 9.0, 10.0})
    CHECK(process->next_s() == expected);
}

TEST_CASE("a device that begins within the trace goes on from there") {
  // Shifted by its offset u, which follows from one arrival whose neighbours tell which it is: gaps 1, 3, 6
  // s.
  const ArrivalSpec spec = trace_of({0, 1, 4}, 10, true);
  for (std::uint64_t device = 0; device < 100; ++device) {
    const auto process = process_of(spec, device);
    std::vector<double> at_s;
    for (int i = 0; i < 7; ++i) at_s.push_back(process->next_s());
    CHECK(at_s[0] >= 0);
    CHECK(at_s[0] < 6);
    CHECK(at_s[3] - at_s[0] == Approx(10));
    std::size_t first = 0;
    while (std::abs(at_s[first + 1] - at_s[first] - 1) > 1e-9) ++first;  // the arrival at 0 of a loop
    REQUIRE(first < 3);
    CHECK(at_s[first + 2] - at_s[first + 1] == Approx(3));
    CHECK(at_s[first + 3] - at_s[first + 2] == Approx(6));
  }
}

TEST_CASE("offsets of devices are uniform over the loop") {
  // With one arrival a loop the first is at loop - u: 10,000 devices in twenty cells of 500; rejects one time
  // in 10,000.
  const ArrivalSpec spec = trace_of({0}, 5, true);
  std::vector<double> observed(20, 0);
  for (std::uint64_t device = 0; device < 10'000; ++device)
    ++observed[static_cast<std::size_t>(process_of(spec, device)->next_s() / 5 * 20)];
  CHECK(chi_square(observed, std::vector<double>(20, 500)) < chi_square_bound(20));
}

TEST_CASE("a trace brings its arrivals in every loop wherever a device begins") {
  // A window of whole loops holds the same number, at any offset: 1,000 loops of 4 are 4,000 arrivals.
  const ArrivalSpec spec = trace_of({0.25, 0.5, 2, 2.875}, 3, true);
  CHECK(mean_rate_per_s(spec) == Approx(4.0 / 3));
  for (std::uint64_t device = 0; device < 50; ++device) {
    const auto process = process_of(spec, device);
    double count = 0;
    while (process->next_s() < 3000) ++count;
    CHECK(count == 4000);
  }
}

TEST_CASE("a trace does not drift over many loops") {
  // Loops of 0.1 s, which no double holds: after 10 million of them adding up would be off by 1e-4 s.
  const auto process = process_of(trace_of({0.05}, 0.1, false), 0);
  double at_s = 0;
  for (int i = 0; i <= 10'000'000; ++i) at_s = process->next_s();
  CHECK(at_s == Approx(1e6 + 0.05).epsilon(1e-15));
}
