#include "sim/platform/trace_rates.hpp"

#include "tests/catch.hpp"

using namespace offramp;

namespace {

TraceRates rates_of(std::vector<std::uint32_t> opportunities_ms) {
  return TraceRates(DeliveryTrace{"t", std::move(opportunities_ms)});
}

}  // namespace

TEST_CASE("each window carries exactly the bytes of its opportunities") {
  // 50 ms in windows of 20, 20 and 10 ms with the opportunities {0, 1, 20}, {21}, {50, 50}.
  const TraceRates rates = rates_of({0, 1, 20, 21, 50, 50});
  CHECK(rates.bytes_per_s(0) * 0.020 == Approx(3 * 1500));
  CHECK(rates.bytes_per_s(1) * 0.020 == Approx(1500));
  CHECK(rates.bytes_per_s(2) * 0.010 == Approx(2 * 1500));
  CHECK(rates.peak_bytes_per_s() == Approx(300e3));
}

TEST_CASE("a trace begins anew where it ends") {
  const TraceRates rates = rates_of({0, 1, 20, 21, 50, 50});
  CHECK(rates.bytes_per_s(3) == rates.bytes_per_s(0));
  CHECK(rates.start_ms(2) == 40);
  CHECK(rates.start_ms(3) == 50);
  CHECK(rates.start_ms(7) == 120);
  for (const std::uint64_t window : {0, 1, 2, 3, 4, 5, 1000001})
    CHECK(rates.window_at(rates.start_ms(window)) == window);
  CHECK(rates.window_at(49.999) == 2);
  CHECK(rates.window_at(50.001) == 3);
}

TEST_CASE("the next change passes over equal windows and a constant rate never changes") {
  const TraceRates rates = rates_of({10, 30, 50, 51, 80});  // per window 1, 1, 2, 1
  CHECK(rates.next_change(0) == 2);
  CHECK(rates.next_change(2) == 3);
  CHECK(rates.next_change(3) == 6);
  const TraceRates constant = rates_of({20});
  CHECK(constant.next_change(5) == 5);
}

TEST_CASE("Mahimahi's one-line file for a constant rate is one packet a millisecond") {
  // "1": 1500 B each millisecond, 12 Mbit/s.
  CHECK(rates_of({1}).bytes_per_s(0) == Approx(1.5e6));
}
