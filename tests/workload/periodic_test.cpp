#include <cmath>
#include <set>
#include <vector>

#include "sim/workload/arrival_process.hpp"
#include "tests/catch.hpp"
#include "tests/workload/chi_square.hpp"

using namespace offramp;

namespace {

std::unique_ptr<ArrivalProcess> periodic(double rate_per_s, std::uint64_t device) {
  return make_arrival_process({ArrivalSpec::Process::periodic, rate_per_s},
                              random_stream(1, 0, device, "arrivals"));
}

}  // namespace

TEST_CASE("periodic arrivals are one period apart") {
  const auto process = periodic(25, 0);
  double last_s = process->next_s();
  for (int i = 0; i < 1000; ++i) {
    const double at_s = process->next_s();
    CHECK(at_s - last_s == Approx(0.04).margin(1e-12));  // times below 50 s are exact to 7e-15
    last_s = at_s;
  }
}

TEST_CASE("the first periodic arrival lies in the first period") {
  for (std::uint64_t device = 0; device < 1000; ++device) {
    const double first_s = periodic(0.5, device)->next_s();
    CHECK(first_s >= 0);
    CHECK(first_s < 2);
  }
}

TEST_CASE("phases of periodic devices are uniform over the period") {
  // 10,000 devices at 0.5/s in twenty cells of 0.1 s: 500 expected in each; rejects uniform phases one time
  // in 10,000.
  std::vector<double> observed(20, 0);
  for (std::uint64_t device = 0; device < 10'000; ++device)
    ++observed[static_cast<std::size_t>(periodic(0.5, device)->next_s() / 0.1)];
  CHECK(chi_square(observed, std::vector<double>(20, 500)) < chi_square_bound(20));
}

TEST_CASE("periodic devices are not in step") {
  // Among 1,000 of 2^32 phases two are equal one time in 8,600.
  std::set<double> phases_s;
  for (std::uint64_t device = 0; device < 1000; ++device) phases_s.insert(periodic(10, device)->next_s());
  CHECK(phases_s.size() == 1000);
}

TEST_CASE("periodic arrivals do not drift in 10 million seconds") {
  // At 3/s, whose period no double holds, arrival k is at phase + k/3. Near 1e7 s doubles lie 1.9e-9 s apart;
  // adding up 3e7 rounded periods would be off by up to 0.01 s.
  const auto process = periodic(3, 0);
  const double phase_s = process->next_s();
  constexpr int kLast = 30'000'000;
  double at_s = phase_s;
  double before_s = phase_s;
  for (int k = 1; k <= kLast; ++k) {
    before_s = at_s;
    at_s = process->next_s();
  }
  CHECK(at_s > before_s);
  CHECK(std::abs(at_s - (phase_s + 1e7)) < 4e-9);
}

TEST_CASE("periodic arrivals are strictly increasing") {
  const auto process = periodic(1e5, 3);
  double last_s = -1;
  bool increasing = true;
  for (int i = 0; i < 1'000'000; ++i) {
    const double at_s = process->next_s();
    increasing = increasing && at_s > last_s;
    last_s = at_s;
  }
  CHECK(increasing);
}
