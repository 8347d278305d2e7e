#include <vector>

#include "analysis/stats/average_precision.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Flags = std::vector<std::uint8_t>;

TEST_CASE("average precision is the area under precision over recall in steps") {
  // From the surest: right, wrong, right, wrong. Recall rises to 1/2 at precision 1, then to 1 at precision
  // 2/3.
  CHECK(average_precision(std::vector<float>{0.1F, 0.8F, 0.4F, 0.35F}, Flags{0, 1, 0, 1}) ==
        Approx(0.5 + 0.5 * 2 / 3));
  CHECK(average_precision(std::vector<float>{3, 2, 1}, Flags{1, 1, 0}) == Approx(1));
}

TEST_CASE("those that score alike are taken together") {
  // All four at once: precision 1/4 at recall 1, in whatever order they stand.
  CHECK(average_precision(std::vector<float>{1, 1, 1, 1}, Flags{1, 0, 0, 0}) == Approx(0.25));
  CHECK(average_precision(std::vector<float>{1, 1, 1, 1}, Flags{0, 0, 0, 1}) == Approx(0.25));
  CHECK(!average_precision(std::vector<float>{1, 2}, Flags{0, 0}));
}
