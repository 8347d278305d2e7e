#include "sim/core/error.hpp"

#include "tests/catch.hpp"

namespace offramp {

TEST_CASE("a place says as much as is known") {
  CHECK(Place{"f.yaml", 14, 13}.text() == "f.yaml:14:13");
  CHECK(Place{"f.yaml", 14}.text() == "f.yaml:14");
  CHECK(Place{"--set a.b"}.text() == "--set a.b");
}

TEST_CASE("an error tells every problem on a line of its own") {
  const UserError error(std::vector<Problem>{{{"f.yaml", 1, 2}, "first"}, {{}, "second"}});
  CHECK(std::string(error.what()) == "f.yaml:1:2: first\nsecond");
  CHECK(error.problems().size() == 2);
}

}  // namespace offramp
