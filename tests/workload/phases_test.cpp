#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/workload/arrival_process.hpp"
#include "tests/catch.hpp"
#include "tests/workload/chi_square.hpp"

using namespace offramp;

namespace {

constexpr double kHourS = 3600;

std::unique_ptr<ArrivalProcess> phased(const std::vector<RatePhase>& phases, double start_s,
                                       std::uint64_t device = 0) {
  ArrivalSpec spec{ArrivalSpec::Process::phases};
  spec.phases = phases;
  return make_arrival_process(spec, random_stream(1, 0, device, "arrivals"), start_s);
}

/// Nothing until 06:00, 0.5/s until 08:00, 0.02/s until 20:00, then 0.2/s until the night ends at 02:00.
const std::vector<RatePhase> kDay{{2 * kHourS, 0}, {6 * kHourS, 0.5}, {8 * kHourS, 0.02}, {20 * kHourS, 0.2}};

/// The rate of kDay at a time of day.
double rate_at(double time_s) {
  const double hour = std::fmod(time_s, kDayS) / kHourS;
  if (hour < 2 || hour >= 20) return 0.2;
  if (hour < 6) return 0;
  return hour < 8 ? 0.5 : 0.02;
}

/// The integral of kDay's rate from midnight on, by hand: 1440 arrivals until 02:00, none until 06:00, 3600
/// until 08:00, 864 until 20:00 and 2880 until midnight: 8784 a day.
double expected_until(double time_s) {
  const double day = std::floor(time_s / kDayS);
  const double hour = (time_s - day * kDayS) / kHourS;
  const double hours_of_night = std::min(hour, 2.0) + std::max(hour - 20, 0.0);
  const double hours_of_morning = std::clamp(hour - 6, 0.0, 2.0);
  const double hours_of_day = std::clamp(hour - 8, 0.0, 12.0);
  return 8784 * day + kHourS * (0.2 * hours_of_night + 0.5 * hours_of_morning + 0.02 * hours_of_day);
}

}  // namespace

TEST_CASE("each phase of the day brings its own rate") {
  // In 50 days the number in a phase is Poisson: mean and variance 50 rate hours 3600; each within 4 standard
  // deviations, but for one time in 16,000. The phase without a rate has none at all.
  std::vector<double> observed(24, 0);
  const auto process = phased(kDay, 0);
  for (double at_s = process->next_s(); at_s < 50 * kDayS; at_s = process->next_s())
    ++observed[static_cast<std::size_t>(std::fmod(at_s, kDayS) / kHourS)];
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const double expected = 50 * kHourS * rate_at(static_cast<double>(hour) * kHourS);
    INFO("hour " << hour << ": " << observed[hour] << " for " << expected);
    CHECK(std::abs(observed[hour] - expected) <= 4 * std::sqrt(expected));
  }
  ArrivalSpec spec{ArrivalSpec::Process::phases};
  spec.phases = kDay;
  CHECK(mean_rate_per_s(spec) == Approx(8784 / kDayS));
}

TEST_CASE("measured by the integrated rate the gaps of a day are exponential") {
  // Whatever the steps, 1 - exp(-(integral of the rate over a gap)) is uniform for an exact process: twenty
  // cells of 5,000; rejects one time in 10,000. Rates looked up once a gap would fail wherever a gap crosses
  // a step.
  const double start_s = 19.5 * kHourS;
  const auto process = phased(kDay, start_s);
  std::vector<double> observed(20, 0);
  double last = expected_until(start_s);
  for (int i = 0; i < 100'000; ++i) {
    const double now = expected_until(start_s + process->next_s());
    const double uniform = -std::expm1(last - now);
    ++observed[std::min<std::size_t>(19, static_cast<std::size_t>(20 * uniform))];
    last = now;
  }
  CHECK(chi_square(observed, std::vector<double>(20, 5000)) < chi_square_bound(20));
}

TEST_CASE("a phase that is shorter than a gap is not missed") {
  // One arrival in a hundred hours but for a minute at 12:00 with 1/s: 10,000 devices see in that minute
  // Poisson numbers of mean 60. Looked up at the last arrival, the rate would be the slow one.
  const std::vector<RatePhase> phases{
      {0, 1e-2 / kHourS}, {12 * kHourS, 1}, {12 * kHourS + 60, 1e-2 / kHourS}};
  double in_minute = 0;
  for (std::uint64_t device = 0; device < 10'000; ++device) {
    const auto process = phased(phases, 0, device);
    for (double at_s = process->next_s(); at_s < kDayS; at_s = process->next_s())
      if (at_s >= 12 * kHourS && at_s < 12 * kHourS + 60) ++in_minute;
  }
  CHECK(std::abs(in_minute - 600'000) < 4 * std::sqrt(600'000.0));
}

TEST_CASE("the time of day at which a run starts moves its phases") {
  // Arrivals only from 06:00 to 07:00. A run that starts at 05:30 sees them from 1800 s to 5400 s, one at
  // 06:45 for its first 900 s and then a day less an hour later, one at 23:00 from 7 h on.
  const std::vector<RatePhase> phases{{6 * kHourS, 1}, {7 * kHourS, 0}};
  const auto within = [&](double start_s, double from_s, double to_s) {
    double inside = 0;
    const auto process = phased(phases, start_s);
    for (double at_s = process->next_s(); at_s < to_s; at_s = process->next_s()) {
      CHECK(at_s >= from_s);
      ++inside;
    }
    const double expected = to_s - from_s;
    CHECK(std::abs(inside - expected) < 4 * std::sqrt(expected));
    return process->next_s();
  };
  CHECK(within(5.5 * kHourS, 1800, 5400) >= 1800 + kDayS);
  CHECK(within(6.75 * kHourS, 0, 900) >= kDayS - 2700);
  CHECK(within(23 * kHourS, 7 * kHourS, 8 * kHourS) >= 7 * kHourS + kDayS);
}

TEST_CASE("one phase is the Poisson process of its rate") {
  const auto process = phased({{5 * kHourS, 4}}, 0);
  const auto poisson =
      make_arrival_process({ArrivalSpec::Process::poisson, 4}, random_stream(1, 0, 0, "arrivals"));
  for (int i = 0; i < 1000; ++i) CHECK(process->next_s() == Approx(poisson->next_s()).epsilon(1e-12));
}
