#include "tests/catch.hpp"
#include "tests/simulation/station_theory.hpp"

using namespace offramp;

TEST_CASE("the cloud's queue is what queueing theory says") {
  constexpr std::size_t kReplications = 20;
  for (const TheoryCase& known : theory_cases()) {
    const auto runs = simulate_station(known.station, kReplications);
    for (const TheoryFigure& figure : known.figures) {
      const Interval interval = interval999(runs, figure.of);
      INFO(known.name << ", " << figure.name << ": theory " << figure.theory << ", measured " << interval.mean
                      << " -+ " << interval.half_width);
      CHECK(interval.holds(figure.theory));
      CHECK(interval.half_width < figure.widest_share * figure.theory);
    }
  }
}
