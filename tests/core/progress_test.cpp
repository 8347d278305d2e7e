#include "sim/core/progress.hpp"

#include "tests/catch.hpp"

namespace offramp {

TEST_CASE("durations are written as people say them") {
  CHECK(human_duration(7.4) == "7 s");
  CHECK(human_duration(200) == "3 min 20 s");
  CHECK(human_duration(3900) == "1 h 05 min");
}

}  // namespace offramp
