#include "analysis/stats/pareto.hpp"

#include <limits>

#include "tests/catch.hpp"

using namespace offramp;
using Indices = std::vector<std::size_t>;

TEST_CASE("who is beaten in every figure is not on the front") {
  // (1, 4), (2, 2), (4, 1) beat nobody among themselves; (3, 3) is beaten by (2, 2), (2, 4) by both (1, 4),
  // (2, 2).
  CHECK(pareto_front({{1, 4}, {2, 2}, {3, 3}, {4, 1}, {2, 4}}) == Indices{0, 1, 3});
}

TEST_CASE("equal points are on the front together, and with one figure only the best are") {
  CHECK(pareto_front({{1, 1}, {1, 1}, {1, 2}}) == Indices{0, 1});
  CHECK(pareto_front({{3}, {1}, {2}, {1}}) == Indices{1, 3});
  CHECK(pareto_front({}).empty());
}

TEST_CASE("what is undefined is neither on the front nor beats anyone") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(pareto_front({{nan, 0}, {1, 1}}) == Indices{1});
}
