#include <algorithm>
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

namespace {

std::unique_ptr<ArrivalProcess> jittered(double rate_per_s, double jitter_s, std::uint64_t device) {
  ArrivalSpec spec{ArrivalSpec::Process::periodic, rate_per_s};
  spec.jitter_s = jitter_s;
  return make_arrival_process(spec, random_stream(1, 0, device, "arrivals"));
}

}  // namespace

TEST_CASE("jittered arrivals lie evenly within the jitter around their slots") {
  // The phase is the first number of the stream, so that the slots are the arrivals without jitter. 0.3 s of
  // jitter at 2/s: 100,000 deviations over 0.3 s in twenty cells of 5,000; rejects one time in 10,000.
  constexpr int kArrivals = 100'000;
  const double first_slot_s = periodic(2, 0)->next_s();
  const auto process = jittered(2, 0.3, 0);
  std::vector<double> observed(20, 0);
  bool within = true;
  for (int i = 0; i < kArrivals; ++i) {
    const double slots = (process->next_s() - first_slot_s) / 0.5;
    const double share = (slots - std::round(slots)) * 0.5 / 0.3 + 0.5;
    within = within && share > -1e-9 && share < 1 + 1e-9;
    ++observed[static_cast<std::size_t>(std::min(std::max(share, 0.0) * 20, 19.0))];
  }
  CHECK(within);
  CHECK(chi_square(observed, std::vector<double>(20, kArrivals / 20.0)) < chi_square_bound(20));
}

TEST_CASE("every slot has one jittered arrival in its turn") {
  // With a jitter of a whole period neighbours can meet but not pass; the k-th arrival is that of slot k.
  for (const double jitter_s : {0.1, 0.5}) {
    const double first_slot_s = periodic(2, 5)->next_s();
    const auto process = jittered(2, jitter_s, 5);
    double at_s = process->next_s();
    const double first = std::round((at_s - first_slot_s) / 0.5);
    const bool early_slot = std::abs(at_s - (first_slot_s + 0.5 * first)) <= jitter_s / 2;
    CHECK(early_slot);
    bool in_turn = true;
    double last_s = at_s;
    for (int k = 1; k < 10'000; ++k) {
      at_s = process->next_s();
      const double slot_s = first_slot_s + 0.5 * (first + k);
      in_turn = in_turn && at_s >= last_s && std::abs(at_s - slot_s) <= jitter_s / 2 + 0.5 + 1e-9;
      last_s = at_s;
    }
    CHECK(in_turn);
  }
}

TEST_CASE("jittered arrivals come at the asked rate from the first second on") {
  // Slots are one period apart and an arrival at most half a period from its own, so that the number in [0,
  // t) differs from rate t by at most 2, whatever the phase. It has mean rate t exactly, since phase and
  // jitter make every moment alike; over 10,000 devices the mean of a difference of variance below 4 lies
  // within 4 * 2 / sqrt(10,000) = 0.08 of 0 but for one time in 16,000. Were arrivals before 0 clipped to 0,
  // or left out without those of the slot before, the first would be off by up to 1/8 a device: jitter / (8
  // period).
  constexpr int kDevices = 10'000;
  for (const double until_s : {0.2, 7.3}) {
    double difference = 0;
    double largest = 0;
    for (std::uint64_t device = 0; device < kDevices; ++device) {
      const auto process = jittered(2, 0.5, device);
      double count = 0;
      while (process->next_s() < until_s) ++count;
      difference += count - 2 * until_s;
      largest = std::max(largest, std::abs(count - 2 * until_s));
    }
    CHECK(std::abs(difference / kDevices) < 0.08);
    CHECK(largest <= 2);
  }
}

TEST_CASE("jittered arrivals of many devices fill the first period evenly") {
  // 10,000 devices at 2/s bring 20,000/s: 500 in each twentieth of the first period, with a variance of at
  // most that; the largest of twenty deviations passes 4.5 standard deviations one time in 7,000.
  std::vector<double> observed(20, 0);
  for (std::uint64_t device = 0; device < 10'000; ++device) {
    const auto process = jittered(2, 0.4, device);
    for (double at_s = process->next_s(); at_s < 0.5; at_s = process->next_s())
      ++observed[static_cast<std::size_t>(at_s / 0.5 * 20)];
  }
  for (const double count : observed) CHECK(std::abs(count - 500) < 4.5 * std::sqrt(500.0));
}

TEST_CASE("without jitter arrivals are what they were") {
  const auto with = jittered(3, 0, 4);
  const auto without = periodic(3, 4);
  for (int i = 0; i < 100; ++i) CHECK(with->next_s() == without->next_s());
}
