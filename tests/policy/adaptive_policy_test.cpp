#include "sim/policy/adaptive_policy.hpp"

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

const std::vector<SettingCost> kThree{{0.005, 4000}, {0.005, 1000}, {0, 0}};

}  // namespace

TEST_CASE("the queue policy goes a setting further at each bound") {
  const auto policy = make_adaptive_policy({"queue", {2, 5}});
  const auto chosen = [&](std::size_t frames) { return policy->choose({frames}, kThree); };
  CHECK(chosen(0) == 0);
  CHECK(chosen(1) == 0);
  CHECK(chosen(2) == 1);
  CHECK(chosen(4) == 1);
  CHECK(chosen(5) == 2);
  CHECK(chosen(500) == 2);
}

TEST_CASE(
    "the transfers policy goes a setting further at each bound, and begins anew when nothing is known") {
  AdaptiveRule rule{"transfers"};
  rule.times_s = {0.1, 0.3};
  const auto policy = make_adaptive_policy(rule);
  DeviceView device;
  CHECK(policy->choose(device, kThree) == 0);
  device.response_s = 0.09;
  CHECK(policy->choose(device, kThree) == 0);
  device.response_s = 0.1;
  CHECK(policy->choose(device, kThree) == 1);
  device.response_s = 0.31;
  CHECK(policy->choose(device, kThree) == 2);
}

TEST_CASE("the deadline policy takes the first setting whose frames should be answered in time") {
  AdaptiveRule rule{"deadline"};
  rule.deadline_s = 0.2;
  rule.margins = {0.5, 0.5};
  const auto policy = make_adaptive_policy(rule);
  DeviceView device;
  CHECK(policy->choose(device, kThree) == 0);  // nothing is known that speaks against it
  // 10 ms backlog + 5 ms + 5,000 B at 100 kB/s + 30 ms = 95 ms, within half of 200 ms.
  device.backlog_s = 0.01;
  device.unsent_bytes = 1000;
  device.rate_bytes_per_s = 100e3;
  device.answer_s = 0.03;
  CHECK(policy->choose(device, kThree) == 0);
  // At 90 kB/s it is 10 + 5 + 55.6 + 30 = 100.6 ms; the second setting's 2,000 B make it 67.2 ms.
  device.rate_bytes_per_s = 90e3;
  CHECK(policy->choose(device, kThree) == 1);
  // At 20 kB/s the second takes 145 ms; the last sends nothing.
  device.rate_bytes_per_s = 20e3;
  CHECK(policy->choose(device, kThree) == 2);
}

TEST_CASE("a setting with a smaller part of the deadline gives way first") {
  // Predicted are 70 ms and 40 ms: within 200 ms, but the first setting may only take a third of them.
  AdaptiveRule rule{"deadline"};
  rule.deadline_s = 0.2;
  rule.margins = {1.0 / 3, 1};
  DeviceView device;
  device.rate_bytes_per_s = 100e3;
  device.answer_s = 0.025;
  const std::vector<SettingCost> settings{{0.005, 4000}, {0.005, 1000}, {0, 0}};
  CHECK(make_adaptive_policy(rule)->choose(device, settings) == 1);
  rule.margins = {0.36, 1};
  CHECK(make_adaptive_policy(rule)->choose(device, settings) == 0);
  rule.margins = {0.1, 0.1};
  CHECK(make_adaptive_policy(rule)->choose(device, settings) == 2);
}

TEST_CASE("the last setting is taken when none should be answered in time") {
  AdaptiveRule rule{"deadline"};
  rule.deadline_s = 0.01;
  DeviceView device;
  device.answer_s = 0.02;
  CHECK(make_adaptive_policy(rule)->choose(device, std::vector<SettingCost>{{0, 10}, {0, 5}}) == 1);
}

TEST_CASE("an adaptive rule that does not exist is told with those that do") {
  CHECK_THROWS_WITH(make_adaptive_policy({"dedline"}), Catch::Matchers::ContainsSubstring("dedline") &&
                                                           Catch::Matchers::ContainsSubstring("deadline"));
}
