#include "tests/cli/golden.hpp"

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"

namespace offramp {

void check_golden(const nlohmann::json& summary, const nlohmann::json& golden) {
  const nlohmann::json flat = summary.flatten();
  const nlohmann::json expected_flat = golden.flatten();
  REQUIRE(flat.size() == expected_flat.size());
  for (const auto& [key, expected] : expected_flat.items()) {
    INFO(key);
    REQUIRE(flat.contains(key));
    if (expected.is_number_float())
      CHECK(flat[key].get<double>() == Approx(expected.get<double>()).epsilon(1e-9));
    else
      CHECK(flat[key] == expected);
  }
}

}  // namespace offramp
