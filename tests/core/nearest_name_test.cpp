#include "sim/core/nearest_name.hpp"

#include "tests/catch.hpp"

namespace offramp {
namespace {

const std::vector<std::string> kKeys{"count", "type", "model", "thresholds_nats", "thresholds_normalized"};

}  // namespace

TEST_CASE("a letter left out or doubled or swapped still finds its name") {
  CHECK(nearest_name("cout", kKeys) == "count");
  CHECK(nearest_name("countt", kKeys) == "count");
  CHECK(nearest_name("cuont", kKeys) == "count");
  CHECK(nearest_name("treshold_nats", kKeys) == "thresholds_nats");
}

TEST_CASE("a word far from every name finds none") {
  CHECK(nearest_name("bandwidth", kKeys).empty());
  CHECK(nearest_name("x", kKeys).empty());
  CHECK(nearest_name("", kKeys).empty());
}

TEST_CASE("a suggestion names the nearest or else all that is allowed") {
  CHECK(suggestion("tpye", kKeys) == "; did you mean \"type\"?");
  CHECK(suggestion("colour", {"count", "type"}) == "; allowed: count, type");
  CHECK(suggestion("colour", {}).empty());
}

}  // namespace offramp
