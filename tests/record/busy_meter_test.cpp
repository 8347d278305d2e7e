#include "sim/record/energy_meter.hpp"
#include "tests/catch.hpp"

using namespace offramp;

TEST_CASE("measured time holds its first moment and not its last") {
  const MeasuredTime measured{10, 20};
  CHECK(measured.length_s() == 10);
  CHECK(measured.contains(10));
  CHECK_FALSE(measured.contains(20));
  CHECK_FALSE(measured.contains(9.999));
}

TEST_CASE("busy time counts inside the measured time only") {
  // Measured from 10 s to 20 s.
  const auto busy_s = [](double from_s, double to_s) {
    BusyMeter meter({10, 20});
    meter.add(from_s, to_s);
    return meter.busy_s();
  };
  CHECK(busy_s(12, 15) == 3);
  CHECK(busy_s(5, 12) == 2);   // over the end of the warm-up
  CHECK(busy_s(18, 30) == 2);  // over the horizon
  CHECK(busy_s(0, 30) == 10);  // over both
  CHECK(busy_s(0, 5) == 0);
  CHECK(busy_s(25, 30) == 0);
  CHECK(busy_s(12, 12) == 0);
}

TEST_CASE("busy times of several machines add up") {
  BusyMeter meter({0, 10});
  meter.add(0, 8);
  meter.add(4, 10);
  CHECK(meter.busy_s() == 14);
}

TEST_CASE("energy is idle power all the time and the rest of busy power while busy") {
  // Three machines for 10 s at 2 W idle: 60 J; 6 s busy at 7 W instead of 2 W: 30 J more.
  BusyMeter meter({10, 20});
  CHECK(meter.energy_j(3, 2, 7) == Approx(60));
  meter.add(8, 14);
  meter.add(18, 25);
  CHECK(meter.energy_j(3, 2, 7) == Approx(90));
}
