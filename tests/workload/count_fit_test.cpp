#include "sim/workload/count_fit.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sim/workload/people_in_view.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

CountSeries empty_series(std::size_t counts, double step_s) {
  CountSeries series;
  series.step_s = step_s;
  series.counts.assign(counts, 0);
  return series;
}

/// Mean of some numbers and its standard error.
struct Mean {
  void add(double value) {
    ++n;
    sum += value;
    squares += value * value;
  }
  double value() const { return sum / n; }
  double error() const { return std::sqrt((squares / n - value() * value()) / (n - 1)); }
  double n = 0, sum = 0, squares = 0;
};

}  // namespace

TEST_CASE("moments and autocorrelation of a series, by hand") {
  CountSeries series = empty_series(0, 1);
  series.counts = {1, 3, CountSeries::kMissing, 5, 3};
  CHECK(moments_of(series).mean == 3);
  CHECK(moments_of(series).variance == 2);
  // Neighbours: (1, 3) and (5, 3), whose products of deviations are 0; two apart: (3, 5) only, 0 as well;
  // three apart: (1, 5), -4, and (3, 3), 0.
  CHECK(*autocorrelation_of(series, 1) == 0);
  CHECK(*autocorrelation_of(series, 3) == Approx(-2.0 / 2));
  CHECK_FALSE(autocorrelation_of(series, 5));
  series.counts = {4, 4, 4, 4};
  CHECK_FALSE(autocorrelation_of(series, 1));
}

TEST_CASE("a long series gives back the process that made it") {
  // 4,000 correlation times: the fit's own standard errors are 2 to 6 %.
  for (const PeopleMoments& made : {PeopleMoments{30.5, 55.8, 12}, PeopleMoments{0.4, 0.6, 9},
                                    PeopleMoments{5.8, 2.1, 6}, PeopleMoments{20, 300, 30}}) {
    const CountSeries like = empty_series(48'000, made.correlation_time_s / 12);
    const CountSeries series = simulated_like(like, made, random_stream(5, 0, 0, "people"));
    const PeopleMoments fitted = fit_people(series, Stays::exponential);
    const PeopleMoments error = fit_errors(series, fitted, Stays::exponential, 1);
    INFO(fitted.mean << " -+ " << error.mean << ", " << fitted.variance << " -+ " << error.variance << ", "
                     << fitted.correlation_time_s << " -+ " << error.correlation_time_s);
    CHECK(std::abs(fitted.mean - made.mean) < 4 * error.mean);
    CHECK(std::abs(fitted.variance - made.variance) < 4 * error.variance);
    CHECK(std::abs(fitted.correlation_time_s - made.correlation_time_s) < 4 * error.correlation_time_s);
    CHECK(error.correlation_time_s < 0.15 * made.correlation_time_s);
    CHECK(fitted.stay_shape == 1);
  }
}

TEST_CASE("the shape of stays is found, and none is looked for where it is not asked for") {
  const CountSeries like = empty_series(40'000, 1);
  const CountSeries equal = simulated_like(like, {8, 12, 10, 0, 10}, random_stream(5, 0, 0, "people"));
  CHECK(fit_people(equal, Stays::any_shape).stay_shape >= 5);
  CHECK(fit_people(equal, Stays::exponential).stay_shape == 1);
  const CountSeries spread = simulated_like(like, {8, 12, 10, 0, 0.35}, random_stream(5, 0, 0, "people"));
  CHECK(fit_people(spread, Stays::any_shape).stay_shape < 0.8);
  CHECK(fit_people(spread, Stays::any_shape).correlation_time_s == Approx(10).epsilon(0.3));
}

TEST_CASE("a short series says its variance without the part that its own mean took away") {
  // 20 correlation times: the sample's variance is on the mean f = 2/20 (1 - 1/20) = 9.5 % too small.
  const PeopleMoments made{30, 60, 10};
  Mean raw, fitted;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const CountSeries series = simulated_like(empty_series(400, 0.5), made, random_stream(6, i, 0, "people"));
    raw.add(moments_of(series).variance);
    fitted.add(fit_people(series, Stays::exponential).variance);
  }
  INFO(raw.value() << " -+ " << raw.error() << ", " << fitted.value() << " -+ " << fitted.error());
  CHECK(std::abs(raw.value() - 60 * (1 - 0.095)) < 4 * raw.error());
  CHECK(std::abs(fitted.value() - 60) < 4 * fitted.error());
}

TEST_CASE("series that never change, or change at every look, have their times said so") {
  CountSeries series = empty_series(100, 1);
  series.counts.assign(100, 7);
  const PeopleMoments constant = fit_people(series, Stays::any_shape);
  CHECK(constant == PeopleMoments{7, 0, 0});
  const CountSeries noise =
      simulated_like(empty_series(5000, 1), {30, 60, 0}, random_stream(7, 0, 0, "people"));
  CHECK(fit_people(noise, Stays::exponential).correlation_time_s < 0.4);
}

TEST_CASE("the correlation between cameras is found where they share their time") {
  const PeopleMoments made{30, 60, 2, 0.4};
  const PeopleProcess process(made);
  std::vector<CountSeries> cameras(3, empty_series(20'000, 0.5));
  for (std::uint64_t c = 0; c < 3; ++c) {
    PeopleInView camera(process, random_stream(8, 0, c, "people"), random_stream(8, 0, 0, "people shared"));
    for (std::size_t i = 0; i < cameras[c].counts.size(); ++i)
      cameras[c].counts[i] = static_cast<std::int32_t>(camera.at(0.5 * static_cast<double>(i)));
  }
  // Camera 2 begins 40 steps later and lacks its 100th count.
  cameras[2] = part_of(cameras[2], 40, 20'000);
  cameras[2].counts[99] = CountSeries::kMissing;
  const auto found = cross_camera_correlation({&cameras[0], &cameras[1], &cameras[2]});
  REQUIRE(found);
  CHECK(found->pairs == 3);
  // 10,000 s of counts with a correlation time of 2 s are 5,000 independent ones: -+ 0.014 a pair.
  CHECK(found->mean == Approx(0.4).margin(0.05));
  CHECK(found->least <= found->mean);
  CHECK(found->most >= found->mean);
  CountSeries elsewhere = cameras[1];
  elsewhere.start_s = 0.25;
  CHECK_FALSE(cross_camera_correlation({&cameras[0], &elsewhere}));
  CHECK_FALSE(cross_camera_correlation({&cameras[0]}));
}
