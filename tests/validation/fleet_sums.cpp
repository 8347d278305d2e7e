#include "tests/validation/fleet_sums.hpp"

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/random/uniform_01.hpp>

#include <cmath>

namespace offramp::validation {
namespace {

/// F(W) by Simpson's rule.
double common_share(const PeopleMoments& people, double window_s) {
  constexpr int kIntervals = 400;
  double sum = 0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double part = static_cast<double>(i) / kIntervals;
    const double weight = i == 0 || i == kIntervals ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * (1 - part) * people_autocorrelation(people, part * window_s);
  }
  return 2 * sum / (3 * kIntervals);
}

/// sum over all pairs of k frames of rho(their distance).
double pairs(const PeopleMoments& people, double frames, double interval_s) {
  double sum = frames;
  for (double j = 1; j < frames; ++j)
    sum += 2 * (frames - j) * people_autocorrelation(people, j * interval_s);
  return sum;
}

}  // namespace

WindowSum window_sum(const Fleet& fleet, double window_s) {
  const PeopleMoments& people = fleet.people;
  const auto n = static_cast<double>(fleet.cameras);
  const double k = window_s * fleet.frames_per_s, whole = std::floor(k + 1e-9),
               fraction = std::max(0.0, k - whole);
  const double d = 1 / fleet.frames_per_s;
  const double own = (1 - fraction) * pairs(people, whole, d) + fraction * pairs(people, whole + 1, d);
  const double common = people.cross_camera_correlation == 0
                            ? 0
                            : people.cross_camera_correlation * common_share(people, window_s);
  return {n * k * people.mean,
          n * (people.variance * own + fraction * (1 - fraction) * people.mean * people.mean) +
              n * (n - 1) * people.variance * k * k * common};
}

double normal_p95(const WindowSum& sum) {
  return sum.mean + boost::math::quantile(boost::math::normal(), 0.95) * std::sqrt(sum.variance);
}

double gamma_p95(const WindowSum& sum) {
  return boost::math::quantile(
      boost::math::gamma_distribution<>(sum.mean * sum.mean / sum.variance, sum.variance / sum.mean), 0.95);
}

FollowedFleet::FollowedFleet(const Fleet& one, double window_s, double duration_s, std::uint64_t replication)
    : fleet_(one),
      process_(one.people),
      window_s_(window_s),
      replication_(replication),
      sums_(static_cast<std::size_t>(std::round(duration_s / window_s)), 0) {
  fleet_.cameras = 0;
}

void FollowedFleet::add_camera() {
  const std::uint64_t camera = fleet_.cameras++;
  const double d = 1 / fleet_.frames_per_s;
  RandomEngine phases = random_stream(1, replication_, camera, "phase");
  const double phase_s = d * boost::random::uniform_01<double>()(phases);
  PeopleInView view(process_, random_stream(1, replication_, camera, "people"),
                    random_stream(1, replication_, 0, "people shared"));
  for (std::uint64_t frame = 0;; ++frame) {
    const double at_s = phase_s + static_cast<double>(frame) * d;
    const auto window = static_cast<std::size_t>(at_s / window_s_);
    if (window >= sums_.size()) return;
    sums_[window] += view.at(at_s);
  }
}

std::vector<double> FollowedFleet::sums_over(std::size_t windows) const {
  std::vector<double> longer(sums_.size() / windows, 0);
  for (std::size_t i = 0; i < longer.size() * windows; ++i) longer[i / windows] += sums_[i];
  return longer;
}

}  // namespace offramp::validation
