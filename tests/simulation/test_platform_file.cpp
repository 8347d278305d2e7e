#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/simulation/flow_run.hpp"
#include "tests/simulation/metrics_of.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

/// Three cameras on links of their own and a common one; in and out of the centre is one link (shared by both
/// directions, as SimGrid has it for a link of policy SHARED).
constexpr const char* kPlatform = R"(<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="z" routing="Full">
    <host id="centre" speed="1Gf"/>
    <host id="cam-1" speed="1Gf"/>
    <host id="cam-2" speed="1Gf"/>
    <host id="cam-10" speed="1Gf"/>
    <link id="one" bandwidth="1MBps" latency="5ms"/>
    <link id="two" bandwidth="2MBps" latency="1ms"/>
    <link id="common" bandwidth="2MBps" latency="2ms"/>
    <route src="cam-1" dst="centre"><link_ctn id="one"/><link_ctn id="common"/></route>
    <route src="cam-2" dst="centre"><link_ctn id="two"/><link_ctn id="common"/></route>
    <route src="cam-10" dst="centre"><link_ctn id="two"/><link_ctn id="common"/></route>
  </zone>
</platform>
)";

class PlatformScenario {
 public:
  PlatformScenario() {
    folder_ = (fs::temp_directory_path() / "offramp-platform-test-XXXXXX").string();
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    std::ofstream(folder_ + "/p.xml") << kPlatform;
  }
  ~PlatformScenario() { fs::remove_all(folder_); }

  Scenario scenario(std::size_t devices) const {
    Scenario scenario = probe_scenario(devices, 0.1);
    scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
    scenario.devices[0].access = "";
    scenario.network.access.clear();
    scenario.network.uplink = {0, 0, 150e3};
    scenario.network.platform = PlatformFile{folder_ + "/p.xml", "centre", "cam-*"};
    return scenario;
  }

 private:
  std::string folder_;
};

}  // namespace

TEST_CASE("requests travel over a user's platform at its bottlenecks and latencies") {
  // Devices 0, 1, 2 stand on cam-1, cam-2, cam-10, device 3 on cam-1 again. 1976 B of payload are 2104 B on
  // the wire: cam-1 2.104 ms + 5 ms + 2 ms, the others 1.052 ms + 1 ms + 2 ms; answers of 276 B back
  // likewise. Each packet crosses both links, one after the other: at 2 MB/s the first takes 0.75 ms, and the
  // short one behind it waits for it; the answer 0.138 ms.
  const PlatformScenario platform;
  const ProbeProfile probe({false}, 1976);
  const Replication run = simulate_apart(platform.scenario(4), probe.profile());
  REQUIRE(run.requests.size() == 40);
  for (const RequestRecord& request : run.requests) {
    const bool slow = request.device % 3 == 0;
    const double bytes_per_s = slow ? 1e6 : 2e6;
    const double latency_s = slow ? 0.007 : 0.003;
    if (request.outcome != Outcome::completed) continue;
    CHECK(request.tiers[1].received_s - request.tiers[0].encoded_s ==
          Approx((slow ? 1500 / 1e6 : 1500 / 2e6) + (1500 + 604) / 2e6 + latency_s).epsilon(1e-6));
    CHECK(request.answered_s - request.tiers[1].computed_s ==
          Approx(276 / bytes_per_s + 276 / 2e6 + latency_s).epsilon(1e-6));
  }
  CHECK(std::isnan(metric_of(run.result, "uplink.utilization")));
}

TEST_CASE("flows share a user's links as SimGrid shares them") {
  // Max-min over the common 2 MB/s: cam-1 is held to 1 MB/s, and so is cam-2 by what is left.
  const PlatformScenario platform;
  const auto ends =
      run_flows(platform.scenario(2), {{0, 0, true, 1'000'000}, {0, 1, true, 2'000'000}}, 100).finished_s;
  CHECK(ends[0] == Approx(1).epsilon(1e-9));
  CHECK(ends[1] == Approx(1.5).epsilon(1e-9));  // alone on 2 MB/s for its second million
}
