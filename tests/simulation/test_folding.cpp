#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>

#include "sim/core/random_stream.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/flow_run.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

constexpr double kHorizonS = 100;
constexpr std::uint32_t kFlows = 2000;

/// Transfers that begin at random moments, up and down, several at a time for a device.
std::vector<PlainTransfer> random_transfers(std::size_t devices) {
  RandomEngine random = random_stream(1, 0, 0, "folding test");
  boost::random::uniform_01<double> uniform;
  std::vector<PlainTransfer> transfers;
  for (std::uint32_t i = 0; i < kFlows; ++i)
    transfers.push_back({0.8 * kHorizonS * uniform(random),
                         static_cast<std::uint32_t>(uniform(random) * static_cast<double>(devices)),
                         uniform(random) < 0.6,
                         1 + static_cast<std::uint64_t>(300e3 * uniform(random) * uniform(random))});
  return transfers;
}

/// Compares the folded with the unfolded platform.
/// @return links on the routes of all devices, unfolded and folded
std::pair<std::size_t, std::size_t> check_folding(const Scenario& scenario) {
  std::size_t devices = 0;
  for (const DeviceGroup& group : scenario.devices) devices += group.count;
  const std::vector<PlainTransfer> transfers = random_transfers(devices);
  const FlowOutcomes all = run_flows(scenario, transfers, kHorizonS, NetworkPlatform::Folding::off);
  const FlowOutcomes folded = run_flows(scenario, transfers, kHorizonS, NetworkPlatform::Folding::on);
  std::size_t ended = 0;
  for (std::uint32_t i = 0; i < kFlows; ++i) {
    if (all.finished_s[i] > 0) ++ended;
    if (std::abs(all.finished_s[i] - folded.finished_s[i]) > 1e-9 * std::max(1.0, all.finished_s[i]))
      FAIL_CHECK("transfer " << i << " ends at " << all.finished_s[i] << " s, folded at "
                             << folded.finished_s[i] << " s");
  }
  CHECK(ended > kFlows / 2);
  return {all.links, folded.links};
}

Scenario with_access(double access_bytes_per_s, std::size_t devices, std::size_t gateways) {
  Scenario scenario = probe_scenario(devices, 1);
  scenario.network.access["wire"] = {access_bytes_per_s, access_bytes_per_s, 0};
  scenario.network.gateways = gateways;
  scenario.network.uplink.bytes_per_s = 1e6;
  return scenario;
}

}  // namespace

// A link whose bound follows from other links' bounds can be left out: the set of rates that all links allow
// stays the same, and with it its max-min fair point, so that every transfer must end at the same moment,
// whatever the number of transfers at a time. Tested against SimGrid's own sharing on the platform with every
// link.

TEST_CASE("an access link no slower than the uplink is folded without a trace") {
  // All that crosses the access link crosses the uplink: their sum is at most 1 MB/s <= 1.2 MB/s.
  const auto [links, folded] = check_folding(with_access(1.2e6, 12, 3));
  CHECK(links == 12 * 4);
  CHECK(folded == 12 * 2);
}

TEST_CASE("an uplink no slower than all that reach it is folded without a trace") {
  // Four devices of 0.25 MB/s reach each uplink of 1 MB/s.
  const auto [links, folded] = check_folding(with_access(0.25e6, 12, 3));
  CHECK(links == 12 * 4);
  CHECK(folded == 12 * 2);
}

TEST_CASE("links that limit stay") {
  const auto [links, folded] = check_folding(with_access(0.26e6, 12, 3));
  CHECK(folded == links);
}

TEST_CASE("a lone device as fast as its uplink keeps one of the two links") {
  // Either bound implies the other; without both nothing would limit it.
  const auto [links, folded] = check_folding(with_access(1e6, 3, 3));
  CHECK(links == 3 * 4);
  CHECK(folded == 3 * 2);
}

TEST_CASE("mixed access is folded link by link and direction by direction") {
  // Devices 0-3 fast (folded), 4-11 slow and 12-15 in cells, over two gateways: the folded ones can fill
  // their uplink, which stays. A third group makes the way down slower than up: there the uplinks of a
  // scenario without fast devices are folded down and not up.
  Scenario scenario = with_access(0.3e6, 8, 2);
  scenario.network.access["fast"] = {2e6, 3e6, 0};
  scenario.network.access["cell"] = {0.4e6, 0.5e6, 0};
  scenario.network.access["cell"].shared = true;
  scenario.network.access["slow_down"] = {0.3e6, 0.1e6, 0};
  DeviceGroup group = scenario.devices[0];
  group.count = 4;
  group.access = "cell";
  scenario.devices.push_back(group);
  group.access = "fast";
  scenario.devices.insert(scenario.devices.begin(), group);
  const auto [links, folded] = check_folding(scenario);
  CHECK(links == 16 * 4);
  CHECK(folded == 4 * 2 + 12 * 4);

  scenario.devices = {scenario.devices[1]};
  scenario.devices[0].access = "slow_down";
  const auto [links_two, folded_two] = check_folding(scenario);
  CHECK(links_two == 8 * 4);
  CHECK(folded_two == 8 * 3);
}
