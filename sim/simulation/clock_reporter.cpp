#include "sim/simulation/clock_reporter.hpp"

#include <sys/time.h>

#include <csignal>

namespace offramp {
namespace {

constexpr int kPeriodUs = 200'000;

// What a signal handler can reach.
const EventQueue* reported = nullptr;
double reported_horizon_s = 1;
volatile double* reported_share = nullptr;

void report(int) { *reported_share = reported->now_s() / reported_horizon_s; }

void set_timer(int period_us) {
  const itimerval timer{{0, period_us}, {0, period_us}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

ClockReporter::ClockReporter(const EventQueue& events, double horizon_s, volatile double* share) {
  if (share == nullptr) return;
  reported = &events;
  reported_horizon_s = horizon_s;
  reported_share = share;
  struct sigaction action {};
  action.sa_handler = report;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGALRM, &action, nullptr);
  set_timer(kPeriodUs);
}

ClockReporter::~ClockReporter() {
  if (reported_share == nullptr) return;
  set_timer(0);
  reported_share = nullptr;
}

}  // namespace offramp
