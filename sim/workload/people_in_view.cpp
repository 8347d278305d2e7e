#include "sim/workload/people_in_view.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace offramp {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// In [0, 1).
double uniform(RandomEngine& stream) { return boost::random::uniform_01<double>()(stream); }

double exponential(RandomEngine& stream, double mean) {
  return mean * boost::random::exponential_distribution<double>()(stream);
}

double gamma(RandomEngine& stream, double shape, double scale) {
  return boost::random::gamma_distribution<double>(shape, scale)(stream);
}

/// Logarithmic distribution. Source: Kemp, Efficient generation of logarithmically distributed pseudo-random
/// variables (Applied Statistics, 1981), algorithm LK.
std::uint32_t group_size(RandomEngine& stream, double p) {
  if (p == 0) return 1;
  const double v = 1 - uniform(stream);
  if (v >= p) return 1;
  const double q = -std::expm1(std::log1p(-p) * uniform(stream));
  if (v > q) return 1;
  if (v > q * q) return 2;
  return static_cast<std::uint32_t>(1 + std::log(v) / std::log(q));
}

double stay_s(RandomEngine& stream, const CountLaw& law) {
  return law.stay_shape == 1 ? exponential(stream, law.stay_scale_s)
                             : gamma(stream, law.stay_shape, law.stay_scale_s);
}

/// What is left of a stay at a time that does not know of it: a uniform part of one that is found in
/// proportion to its length, which a gamma distribution of a shape more by 1 is.
double rest_of_stay_s(RandomEngine& stream, const CountLaw& law) {
  if (law.stay_shape == 1) return exponential(stream, law.stay_scale_s);
  return uniform(stream) * gamma(stream, law.stay_shape + 1, law.stay_scale_s);
}

}  // namespace

double people_autocorrelation(const PeopleMoments& moments, double lag_s) {
  if (lag_s == 0) return 1;
  if (moments.correlation_time_s == 0) return 0;
  const double shape = moments.stay_shape, in_times = lag_s / moments.correlation_time_s;
  if (shape == 1) return std::exp(-in_times);
  const double x = in_times * (shape + 1) / 2;
  // E(D - lag)^+ / E D, with E[D; D > lag] / E D = Q(shape + 1, x).
  return std::max(0.0, boost::math::gamma_q(shape + 1, x) - x / shape * boost::math::gamma_q(shape, x));
}

CountLaw::CountLaw(const CountMoments& part, double t_s, double shape)
    : mean(part.mean), correlation_time_s(t_s), stay_shape(shape), stay_scale_s(2 * t_s / (shape + 1)) {
  if (part.mean == 0) return;
  if (part.variance >= part.mean) {
    size_p = 1 - part.mean / part.variance;
    // -r ln(1 - p), with r = mean (1 - p) / p.
    groups = size_p == 0 ? part.mean : -std::log1p(-size_p) * part.mean * (1 - size_p) / size_p;
    return;
  }
  // n places of probability p and one of q: n p + q = m and n p^2 + q^2 = m - v = s, with n + 1 the least
  // number of places, m^2 / s (Cauchy and Schwarz).
  const double m = part.mean, s = part.mean - part.variance;
  const double n = std::ceil(m * m / s - 1e-9) - 1;
  places = static_cast<std::uint32_t>(n);
  taken = n == 0 ? 0 : (m * n + std::sqrt(std::max(0.0, n * (s * (n + 1) - m * m)))) / (n * (n + 1));
  taken = std::min(taken, 1.0);
  last_taken = std::clamp(m - n * taken, 0.0, 1.0);
}

CountPath::CountPath(const CountLaw& law, RandomEngine stream) : stream_(stream) { begin(law, 0); }

void CountPath::begin(const CountLaw& law, double time_s) {
  seen_s_ = time_s;
  count_ = 0;
  groups_.clear();
  if (law.groups > 0) {
    const int present = boost::random::poisson_distribution<int, double>(law.groups)(stream_);
    groups_.reserve(static_cast<std::size_t>(present));
    for (int i = 0; i < present; ++i) {
      const std::uint32_t people = group_size(stream_, law.size_p);
      count_ += people;
      if (law.correlation_time_s > 0) groups_.push_back({time_s + rest_of_stay_s(stream_, law), people});
    }
    std::make_heap(groups_.begin(), groups_.end());
    next_s_ = time_s + exponential(stream_, law.stay_shape * law.stay_scale_s / law.groups);
    return;
  }
  for (std::uint32_t place = 0; place < law.places; ++place) count_ += uniform(stream_) < law.taken ? 1 : 0;
  last_is_taken_ = uniform(stream_) < law.last_taken;
  next_s_ = time_s + next_change_s(law);
}

std::uint32_t CountPath::at(const CountLaw& law, double time_s) {
  if (time_s < seen_s_) throw std::logic_error("people in view are asked for a time that is over");
  if (law.correlation_time_s == 0) {
    if (time_s > seen_s_) begin(law, time_s);
  } else if (law.groups > 0) {
    groups_until(law, time_s);
  } else {
    places_until(law, time_s);
  }
  seen_s_ = time_s;
  return count_ + (last_is_taken_ ? 1 : 0);
}

void CountPath::groups_until(const CountLaw& law, double time_s) {
  const double gap_s = law.stay_shape * law.stay_scale_s / law.groups;
  for (; next_s_ <= time_s; next_s_ += exponential(stream_, gap_s)) {
    const std::uint32_t people = group_size(stream_, law.size_p);
    const double leaves_s = next_s_ + stay_s(stream_, law);
    if (leaves_s <= time_s) continue;
    count_ += people;
    groups_.push_back({leaves_s, people});
    std::push_heap(groups_.begin(), groups_.end());
  }
  while (!groups_.empty() && groups_.front().leaves_s <= time_s) {
    count_ -= groups_.front().people;
    std::pop_heap(groups_.begin(), groups_.end());
    groups_.pop_back();
  }
}

/// A free place is taken at the rate taken / t, and one that is taken becomes free at (1 - taken) / t: the
/// probability is kept, and what is known of a place decays with exp(-lag / t).
void CountPath::places_until(const CountLaw& law, double time_s) {
  for (; next_s_ <= time_s; next_s_ += next_change_s(law)) {
    const double frees = count_ * (1 - law.taken), takes = (law.places - count_) * law.taken;
    const double last = last_is_taken_ ? 1 - law.last_taken : law.last_taken;
    const double u = uniform(stream_) * (frees + takes + last);
    if (u < frees)
      --count_;
    else if (u < frees + takes)
      ++count_;
    else
      last_is_taken_ = !last_is_taken_;
  }
}

double CountPath::next_change_s(const CountLaw& law) {
  const double rate = count_ * (1 - law.taken) + (law.places - count_) * law.taken +
                      (last_is_taken_ ? 1 - law.last_taken : law.last_taken);
  return rate > 0 ? exponential(stream_, law.correlation_time_s / rate) : kNever;
}

PeopleProcess::PeopleProcess(const PeopleMoments& moments) : own_({}, 0, 1) {
  const std::optional<CountParts> parts = split_count(moments);
  if (!parts) throw std::logic_error("moments of people that no whole numbers have");
  own_ = CountLaw(parts->own, moments.correlation_time_s, moments.stay_shape);
  if (moments.cross_camera_correlation > 0)
    shared_ = CountLaw(parts->shared, moments.correlation_time_s, moments.stay_shape);
}

PeopleInView::PeopleInView(const PeopleProcess& process, RandomEngine own, RandomEngine shared)
    : process_(&process), own_(process.own(), own) {
  if (process.shared()) shared_.emplace(*process.shared(), shared);
}

std::uint32_t PeopleInView::at(double time_s) {
  return own_.at(process_->own(), time_s) + (shared_ ? shared_->at(*process_->shared(), time_s) : 0);
}

}  // namespace offramp
