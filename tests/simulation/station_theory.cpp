#include "tests/simulation/station_theory.hpp"

#include <algorithm>
#include <boost/random/exponential_distribution.hpp>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace offramp {
namespace {

double mean_wait_s(const StationFigures& run) { return run.mean_wait_s; }
double share_waiting(const StationFigures& run) { return run.share_waiting; }
double utilization(const StationFigures& run) { return run.utilization; }
double lost(const StationFigures& run) { return run.dropped / run.offered; }
double mean_batch(const StationFigures& run) { return run.mean_batch; }

LoneStation station_of(double arrivals_per_s, std::size_t servers, double service_s) {
  LoneStation station;
  station.arrivals_per_s = arrivals_per_s;
  station.spec.servers = servers;
  station.spec.queue_limit = 1'000'000;
  station.service_s = [service_s](std::size_t, RandomEngine&) { return service_s; };
  station.warmup_s = 500;
  station.duration_s = 20'000;
  return station;
}

void serve_exponentially(LoneStation& station, double mean_s) {
  station.service_s = [mean_s](std::size_t, RandomEngine& random) {
    return boost::random::exponential_distribution<double>(1 / mean_s)(random);
  };
}

/// Probability of k arrivals of a Poisson process in a time in which a are expected.
double poisson(double a, std::size_t k) {
  return std::exp(static_cast<double>(k) * std::log(a) - a - std::lgamma(static_cast<double>(k) + 1));
}

/// The stationary distribution of a Markov chain, by letting it run until nothing moves.
/// @param next  from a distribution to the one of the next step
template <class Step>
std::vector<double> stationary(std::size_t states, Step next) {
  std::vector<double> now(states, 1.0 / static_cast<double>(states));
  for (int step = 0; step < 100'000; ++step) {
    std::vector<double> then = next(now);
    double moved = 0;
    for (std::size_t i = 0; i < states; ++i) moved += std::abs(then[i] - now[i]);
    now = std::move(then);
    if (moved < 1e-13) return now;
  }
  throw std::logic_error("the chain does not settle");
}

/// What theory says about a station of one server that takes batches.
struct BulkTheory {
  double mean_wait_s;
  double mean_batch;
  double utilization;
};

/// Poisson arrivals of rate l, one server that, when free, waits until `least` requests are there and then
/// takes as many as are there, up to `most`; a batch of k takes s(k). (Bailey 1954 for least = 1, with times
/// that depend on the batch; Neuts 1967 for any least.)
///
/// Let X be the number of requests in the system just after a batch has left. The next batch has
/// k = min(max(X, least), most) requests, r = max(X - most, 0) stay behind, and X' = r + A with A Poisson of
/// mean l s(k). That chain's stationary distribution is found numerically, cut where nothing is left.
///
/// Between two departures the server first waits for d = max(least - X, 0) arrivals, 1/l each, in which
/// X, X + 1, ..., least - 1 requests wait; then it works for s(k), in which r requests wait and those that
/// arrive, l s(k)^2 / 2 in mean request seconds. Waiting requests in the mean over time are the request
/// seconds of a cycle over its length (renewal reward), and the mean wait is these over l (Little).
BulkTheory bulk_queue(double l, std::size_t least, std::size_t most, double (*s)(std::size_t)) {
  constexpr std::size_t kStates = 400;
  const auto batch_after = [&](std::size_t x) { return std::min(std::max(x, least), most); };
  const auto left_by = [&](std::size_t x) { return x > most ? x - most : 0; };
  const std::vector<double> p = stationary(kStates, [&](const std::vector<double>& now) {
    std::vector<double> then(kStates, 0);
    for (std::size_t x = 0; x < kStates; ++x) {
      if (now[x] < 1e-18) continue;
      double rest = 1;
      for (std::size_t a = 0; left_by(x) + a + 1 < kStates && rest > 1e-16; ++a) {
        const double chance = poisson(l * s(batch_after(x)), a);
        then[left_by(x) + a] += now[x] * chance;
        rest -= chance;
      }
      then[kStates - 1] += now[x] * std::max(rest, 0.0);
    }
    return then;
  });
  double cycle_s = 0;
  double working_s = 0;
  double waiting = 0;  // request seconds a cycle
  double batch = 0;
  for (std::size_t x = 0; x < kStates; ++x) {
    const double work_s = s(batch_after(x));
    double idle_s = 0;
    for (std::size_t there = x; there < least; ++there) {
      idle_s += 1 / l;
      waiting += p[x] * static_cast<double>(there) / l;
    }
    cycle_s += p[x] * (idle_s + work_s);
    working_s += p[x] * work_s;
    waiting += p[x] * (static_cast<double>(left_by(x)) * work_s + l * work_s * work_s / 2);
    batch += p[x] * static_cast<double>(batch_after(x));
  }
  return {waiting / cycle_s / l, batch, working_s / cycle_s};
}

TheoryCase m_m_1() {
  // lambda 0.8/s, mu 1/s: rho 0.8, W = rho / (mu - lambda) = 0.8 / 0.2 = 4 s.
  LoneStation station = station_of(0.8, 1, 1);
  serve_exponentially(station, 1);
  return {"M/M/1", station, {{"mean wait", mean_wait_s, 4, 0.1}, {"utilization", utilization, 0.8, 0.01}}};
}

TheoryCase m_m_c() {
  // c = 4 servers of mu = 1/s, lambda = 3.2/s: a = 3.2 erlang, rho = 0.8. Erlang C is the share that waits,
  //   C = [a^c / c! / (1 - rho)] / [sum over k < c of a^k / k! + a^c / c! / (1 - rho)]
  // a^4 / 4! / 0.2 = 21.8453; 1 + 3.2 + 5.12 + 5.461333 = 14.781333; C = 0.596436.
  // The mean wait is C / (c mu - lambda) = 0.745545 s.
  LoneStation station = station_of(3.2, 4, 1);
  serve_exponentially(station, 1);
  const double erlang_c = 21.845333 / (14.781333 + 21.845333);
  return {"M/M/4",
          station,
          {{"mean wait", mean_wait_s, erlang_c / 0.8, 0.08},
           {"share that waits", share_waiting, erlang_c, 0.02},
           {"utilization", utilization, 0.8, 0.01}}};
}

TheoryCase m_d_1() {
  // Pollaczek and Khinchine: W = rho s / (2 (1 - rho)) = 0.8 / 0.4 = 2 s.
  return {"M/D/1", station_of(0.8, 1, 1), {{"mean wait", mean_wait_s, 2, 0.08}}};
}

/// a = 3 erlang on 4 servers and nothing to wait in: Erlang's
///     B = (3^4 / 4!) / (1 + 3 + 9/2 + 27/6 + 81/24) = 3.375 / 16.375 = 0.206107
/// is lost, whatever the distribution of the service time (insensitivity).
TheoryCase erlang_b(const char* name, bool exponential) {
  LoneStation station = station_of(3, 4, 1);
  station.spec.queue_limit = 0;
  if (exponential) serve_exponentially(station, 1);
  return {name, station, {{"share lost", lost, 3.375 / 16.375, 0.02}}};
}

TheoryCase m_d_1_k() {
  // K = 5 places: one at the server, 4 in the queue. lambda = 0.9/s, s = 1 s, a = 0.9. Let X be the number
  // left behind by a departure, 0 .. K - 1: X' = min(max(X - 1, 0) + A, K - 1), A Poisson of mean a. With p
  // its stationary distribution, a departure is followed by an idle time of 1/lambda with probability p0, so
  // that departures come every p0 / lambda + s. What is not lost departs: 1 - B = 1 / (lambda (p0 / lambda +
  // s))
  //   B = 1 - 1 / (p0 + a)
  // What is served keeps the server busy: a (1 - B).
  constexpr std::size_t kPlaces = 5;
  const double a = 0.9;
  const auto p = stationary(kPlaces, [&](const std::vector<double>& now) {
    std::vector<double> then(kPlaces, 0);
    for (std::size_t x = 0; x < kPlaces; ++x) {
      const std::size_t left = x == 0 ? 0 : x - 1;
      double rest = 1;
      for (std::size_t arrived = 0; left + arrived < kPlaces - 1; ++arrived) {
        then[left + arrived] += now[x] * poisson(a, arrived);
        rest -= poisson(a, arrived);
      }
      then[kPlaces - 1] += now[x] * rest;
    }
    return then;
  });
  LoneStation station = station_of(0.9, 1, 1);
  station.spec.queue_limit = kPlaces - 1;
  return {
      "M/D/1/5",
      station,
      {{"share lost", lost, 1 - 1 / (p[0] + a), 0.1}, {"utilization", utilization, a / (p[0] + a), 0.01}}};
}

TheoryCase bailey() {
  // Batches of up to 4; a batch of k takes 0.4 + 0.15 k seconds: 1 s when full, so that 4/s is the most and
  // 2.5/s an open question that one at a time (1 / 0.55 = 1.8/s) could not answer.
  LoneStation station = station_of(2.5, 1, 1);
  station.spec.batch_max = 4;
  const auto batch_s = [](std::size_t k) { return 0.4 + 0.15 * static_cast<double>(k); };
  station.service_s = [batch_s](std::size_t k, RandomEngine&) { return batch_s(k); };
  const BulkTheory theory = bulk_queue(2.5, 1, 4, batch_s);
  return {"Bailey's bulk queue, batches of up to 4",
          station,
          {{"mean wait", mean_wait_s, theory.mean_wait_s, 0.05},
           {"mean batch", mean_batch, theory.mean_batch, 0.02},
           {"utilization", utilization, theory.utilization, 0.01}}};
}

TheoryCase full_batches() {
  // A wait that is longer than the run: a batch leaves when 4 are there and the server is free.
  LoneStation station = station_of(2.5, 1, 1);
  station.spec.batch_max = 4;
  station.spec.batch_wait_s = 1e6;
  const BulkTheory theory = bulk_queue(2.5, 4, 4, [](std::size_t) { return 1.0; });
  return {"M/D^[4]/1, full batches alone",
          station,
          {{"mean wait", mean_wait_s, theory.mean_wait_s, 0.05}, {"mean batch", mean_batch, 4, 1e-9}}};
}

TheoryCase company() {
  // 1000 servers never run out, batches are never full: a first request waits the whole w = 0.5 s, and the
  // Poisson arrivals within it, lambda w = 5 in the mean, wait w / 2 each in the mean, spread evenly. A batch
  // has 1 + lambda w = 6 requests; the mean wait is (w + lambda w w / 2) / (1 + lambda w) = 1.75 / 6 s.
  LoneStation station = station_of(10, 1000, 1);
  station.spec.batch_max = 1000;
  station.spec.batch_wait_s = 0.5;
  station.duration_s = 5000;
  return {"batches that wait 0.5 s for company, servers to spare",
          station,
          {{"mean wait", mean_wait_s, 1.75 / 6, 0.02}, {"mean batch", mean_batch, 6, 0.02}}};
}

}  // namespace

std::vector<TheoryCase> theory_cases() {
  return {
      m_m_1(),  m_m_c(),        m_d_1(),  erlang_b("M/M/4/4", true), erlang_b("M/D/4/4", false), m_d_1_k(),
      bailey(), full_batches(), company()};
}

}  // namespace offramp
