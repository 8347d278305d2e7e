#include "sim/core/quantity.hpp"

#include <vector>

#include "tests/catch.hpp"

namespace offramp {

TEST_CASE("quantities are read into base units") {
  CHECK(parse_quantity("5ms", kDuration) == Approx(0.005));
  CHECK(parse_quantity("10min", kDuration) == 600);
  CHECK(parse_quantity("200B", kDataSize) == 200);
  CHECK(parse_quantity("150kB", kDataSize) == 150e3);
  CHECK(parse_quantity("4KiB", kDataSize) == 4096);
  CHECK(parse_quantity("30/min", kFrequency) == Approx(0.5));
  CHECK(parse_quantity("5GFLOP/s", kComputeRate) == 5e9);
  CHECK(parse_quantity("7.2W", kPower) == 7.2);
  CHECK(parse_quantity("120nJ/B", kEnergyPerByte) == Approx(120e-9));
  CHECK(parse_quantity("12ms/MB", kDurationPerSize) == Approx(12e-9));
}

TEST_CASE("bps are bits and Bps are bytes") {
  CHECK(parse_quantity("8Mbps", kBandwidth) == parse_quantity("1MBps", kBandwidth));
  CHECK(parse_quantity("50Mbps", kBandwidth) == 6.25e6);
}

TEST_CASE("spaces around number and unit do not matter") {
  CHECK(parse_quantity(" 5 ms ", kDuration) == parse_quantity("5ms", kDuration));
}

TEST_CASE("a number without a unit says how to write one") {
  CHECK_THROWS_WITH(parse_quantity("50", kBandwidth),
                    R"("50" has no unit; write "50Mbps" (bits) or "6.25MBps" (bytes))");
}

TEST_CASE("a foreign unit is answered with those of the kind") {
  CHECK_THROWS_WITH(parse_quantity("5W", kDuration),
                    R"("5W": "W" is no unit of duration; allowed: ns, us, ms, s, min, h, d)");
  CHECK_THROWS_AS(parse_quantity("5MS", kDuration), BadQuantity);
  CHECK_THROWS_AS(parse_quantity("5ms3", kDuration), BadQuantity);
}

TEST_CASE("what is no finite number is refused") {
  for (const char* text : {"", " ", "ms", "soon", "--5ms", "infs", "nans", "1e999s"})
    CHECK_THROWS_AS(parse_quantity(text, kDuration), BadQuantity);
}

TEST_CASE("a quantity is written as the shortest text that reads well") {
  CHECK(quantity_text(2.5e6, kBandwidth) == "20Mbps");
  CHECK(quantity_text(125e6, kBandwidth) == "1Gbps");
  CHECK(quantity_text(0.005, kDuration) == "5ms");
  CHECK(quantity_text(0, kDuration) == "0s");
  CHECK(quantity_text(150e3, kDataSize) == "150kB");
  CHECK(quantity_text(2, kFrequency) == "2/s");
}

TEST_CASE("a written quantity reads back to exactly the same value") {
  for (const double value : {1.0 / 3, 0.1, 1e-9, 123456.789, 6.25e6, 1e15, 7.0 / 60, 3.3e-5}) {
    CHECK(parse_quantity(quantity_text(value, kDuration), kDuration) == value);
    CHECK(parse_quantity(quantity_text(value, kBandwidth), kBandwidth) == value);
    CHECK(parse_quantity(quantity_text(value, kFrequency), kFrequency) == value);
  }
}

}  // namespace offramp
