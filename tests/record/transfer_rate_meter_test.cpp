#include "sim/record/transfer_rate_meter.hpp"

#include <boost/random/uniform_01.hpp>

#include <numeric>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Windows = std::vector<double>;

namespace {

double sum(const Windows& windows) { return std::accumulate(windows.begin(), windows.end(), 0.0); }

/// The windows from 10 s to 14 s after one transfer.
Windows windows_of(double from_s, double to_s, double bytes) {
  TransferRateMeter meter({10, 14});
  meter.add(0, from_s, to_s, bytes);
  return meter.window_bytes();
}

}  // namespace

TEST_CASE("a transfer inside a window belongs to it") {
  CHECK(windows_of(11.25, 11.75, 500) == Windows{0, 500, 0, 0});
}

TEST_CASE("a transfer over window borders is spread by time") {
  // 11.5 to 13.25 s: 0.5, 1 and 0.25 of 1.75 s, at 400 B/s.
  CHECK(windows_of(11.5, 13.25, 700) == Windows{0, 200, 400, 100});
}

TEST_CASE("a transfer that ends on a border leaves nothing beyond it") {
  CHECK(windows_of(10, 11, 300) == Windows{300, 0, 0, 0});
  CHECK(windows_of(12, 14, 300) == Windows{0, 0, 150, 150});
}

TEST_CASE("of a transfer over the end of the warm-up what comes later is measured") {
  // 9 to 11 s, half of it measured.
  CHECK(windows_of(9, 11, 600) == Windows{300, 0, 0, 0});
}

TEST_CASE("of a transfer over the horizon what came before is measured") {
  // 13.5 to 15.5 s: 0.5 of 2 s.
  CHECK(windows_of(13.5, 15.5, 800) == Windows{0, 0, 0, 200});
}

TEST_CASE("a transfer over everything fills every window alike") {
  CHECK(windows_of(8, 18, 1000) == Windows{100, 100, 100, 100});
}

TEST_CASE("a transfer before the warm-up or after the horizon is not measured") {
  CHECK(windows_of(7, 9.5, 600) == Windows{0, 0, 0, 0});
  CHECK(windows_of(9, 10, 600) == Windows{0, 0, 0, 0});
  CHECK(windows_of(14, 15, 600) == Windows{0, 0, 0, 0});
  CHECK(windows_of(20, 21, 600) == Windows{0, 0, 0, 0});
}

TEST_CASE("a transfer without duration belongs to its moment") {
  CHECK(windows_of(10, 10, 60) == Windows{60, 0, 0, 0});
  CHECK(windows_of(12.5, 12.5, 60) == Windows{0, 0, 60, 0});
  CHECK(windows_of(9.5, 9.5, 60) == Windows{0, 0, 0, 0});
  CHECK(windows_of(14.5, 14.5, 60) == Windows{0, 0, 0, 0});
  CHECK(windows_of(14, 14, 60) == Windows{0, 0, 0, 0});  // the horizon itself is not measured
}

TEST_CASE("the last window is shorter when the time is no whole number of windows") {
  // 2.5 s of measured time from 1 s: windows of 1, 1 and 0.5 s; 100 B/s all along.
  TransferRateMeter meter({1, 3.5});
  meter.add(0, 0, 5, 500);
  CHECK(meter.window_bytes() == Windows{100, 100, 50});
}

TEST_CASE("rounding of the duration makes no window of its own") {
  // 10.1 s + 10 s of warm-up and duration less 10.1 s are 10.000000000000002 s.
  REQUIRE((10.1 + 10) - 10.1 > 10);
  CHECK(TransferRateMeter({10.1, 10.1 + 10}).window_bytes().size() == 10);
  CHECK(TransferRateMeter({30, 630}).window_bytes().size() == 600);
}

TEST_CASE("no byte is lost or made whatever the transfers") {
  // Ten thousand transfers of up to 5 s in or around [3.7 s, 40.4 s): their sum over windows is each one's
  // bytes times the part of its time that is measured.
  const MeasuredTime measured{3.7, 40.4};
  TransferRateMeter meter(measured);
  RandomEngine engine = random_stream(1, 0, 0, "transfers");
  boost::random::uniform_01<double> uniform;
  double expected = 0;
  double all = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double from_s = 45 * uniform(engine);
    const double to_s = from_s + 5 * uniform(engine);
    const double bytes = 1 + 1e6 * uniform(engine);
    meter.add(0, from_s, to_s, bytes);
    expected += bytes * measured.overlap_s(from_s, to_s) / (to_s - from_s);
    all += bytes;
  }
  REQUIRE(meter.window_bytes().size() == 37);
  CHECK(sum(meter.window_bytes()) == Approx(expected).epsilon(1e-9));
  CHECK(meter.total_bytes() == Approx(all).epsilon(1e-12));
}

TEST_CASE("windows of 0.1, 1 and 10 s see the same bytes, and each device its own") {
  // 20 s. Device 0 sends 100 B within 0.1 s once a second, device 1 nothing; a gateway behind them 1,000 B at
  // once.
  TransferRateMeter meter({5, 25}, 2);
  REQUIRE(meter.has_fine_windows());
  for (int second = 0; second < 20; ++second) meter.add(0, 5.025 + second, 5.075 + second, 100);
  const auto check = [](const RateFigures& is, const RateFigures& expected) {
    CHECK(is.mean_bps == Approx(expected.mean_bps));
    CHECK(is.p95_bps == Approx(expected.p95_bps));
    CHECK(is.p99_bps == Approx(expected.p99_bps));
    CHECK(is.peak_bps == Approx(expected.peak_bps));
  };
  // Of 200 windows of 0.1 s, 20 have 8,000 bit/s: their quantiles begin at rank 180 of 0 to 199.
  check(meter.of_all(1), {800, 8000, 8000, 8000});
  check(meter.of_all(10), {800, 800, 800, 800});
  check(meter.of_all(100), {800, 800, 800, 800});
  check(meter.of_a_device(1), {400, 4000, 4000, 4000});
  check(meter.of_a_device(100), {400, 400, 400, 400});
  meter.add(2, 7, 7, 1000);  // belongs to no device
  check(meter.of_a_device(100), {400, 400, 400, 400});
  check(meter.of_all(100), {1200, 800 + 0.95 * 800, 800 + 0.99 * 800, 1600});
  CHECK(sum(meter.window_bytes()) == Approx(3000));
  CHECK(!TransferRateMeter({5, 25}).has_fine_windows());
}

TEST_CASE("a last window that is shorter has the rate of its own length") {
  // 1.25 s: the last window of 0.1 s lasts 0.05 s, that of 1 s 0.25 s.
  TransferRateMeter meter({0, 1.25}, 1);
  meter.add(0, 1.2, 1.25, 100);
  CHECK(meter.of_all(1).peak_bps == Approx(8 * 100 / 0.05));
  CHECK(meter.of_all(10).peak_bps == Approx(8 * 100 / 0.25));
  CHECK(meter.of_all(100).peak_bps == Approx(8 * 100 / 1.25));
  CHECK(meter.of_all(100).mean_bps == Approx(8 * 100 / 1.25));
}
