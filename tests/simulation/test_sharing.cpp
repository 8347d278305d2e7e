#include <algorithm>
#include <cmath>
#include <cstring>
#include <simgrid/s4u.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "sim/platform/engine.hpp"
#include "sim/platform/simgrid_release.hpp"
#include "sim/simulation/transport.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

/// 20 Mbit/s and 10 ms behind fast access links.
Scenario shared_uplink(std::size_t devices, double rate_per_s, double buffer_bytes) {
  Scenario scenario = probe_scenario(devices, rate_per_s);
  scenario.duration_s = 20;
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.access["wire"] = {1.25e8, 1.25e8, 0};
  scenario.network.uplink = {2.5e6, 0.010, buffer_bytes};
  return scenario;
}

double upload_s(const RequestRecord& request) {
  return request.tiers[1].received_s - request.tiers[0].encoded_s;
}

/// Mean time of a 2 kB upload, one in 0.2 s, while another device sends without end.
double beside_a_bulk_upload_s(double buffer_bytes) {
  Scenario scenario = shared_uplink(1, 5, buffer_bytes);
  scenario.devices.push_back(scenario.devices[0]);
  scenario.devices[0].arrivals.rate_per_s = 20;  // the first comes within 50 ms; the others wait
  const ProbeProfile bulk({false}, 60'000'000);
  const ProbeProfile small({false}, 1976);
  const Replication run = simulate_apart(scenario, {bulk.profile(), small.profile()});
  double sum_s = 0;
  int requests = 0;
  for (const RequestRecord& request : run.requests)
    if (request.group == 1 && request.arrival_s > 0.2 && !std::isnan(request.tiers[1].received_s)) {
      sum_s += upload_s(request);
      ++requests;
    }

  return sum_s / requests;
}

}  // namespace

TEST_CASE("a request beside a bulk upload waits in the buffer that it fills") {
  // Measured on a real path: 57.6 ms with a buffer of 150 kB, 23.9 ms with 50 kB. A flow model without a
  // queue says 11.6 ms.
  CHECK(1e3 * beside_a_bulk_upload_s(150e3) == Approx(57.6).epsilon(0.2));
  CHECK(1e3 * beside_a_bulk_upload_s(50e3) == Approx(23.9).epsilon(0.2));
}

namespace {

/// Uploads over the shared uplink, each on a connection of its own that opens at its time, without anything
/// else: what the rest of a simulation does to a request is not in the way here.
class Uploads final : private EventHandler, private TransportListener {
 public:
  Uploads(const Scenario& scenario, std::vector<double> starts_s, std::uint32_t message_bytes)
      : starts_s_(std::move(starts_s)),
        took_s_(starts_s_.size()),
        message_bytes_(message_bytes),
        groups_(starts_s_.size(), 0),
        platform_(scenario, groups_, 0),
        recorder_(scenario, 1),
        outages_(scenario, groups_, 0, events_, recorder_),
        transport_(scenario, groups_, platform_, 0, outages_, events_, requests_, recorder_.uplink(), *this) {
  }

  /// @return how long each took, first byte to last
  std::vector<double> run(simgrid::s4u::Engine& engine) {
    for (std::uint32_t device = 0; device < starts_s_.size(); ++device)
      events_.schedule(starts_s_[device], *this, 0, device);
    simgrid_release::actor("horizon", platform_.cloud(), [] { simgrid::s4u::this_actor::sleep_until(200); });
    engine.run_until(200);
    return took_s_;
  }

 private:
  void on_event(std::uint32_t, std::uint32_t device) override {
    RequestRecord record;
    record.device = device;
    record.message_bytes = message_bytes_;
    transport_.send_up(requests_.add(record));
  }
  void on_sent_up(std::uint32_t) override {}
  void on_arriving_up(std::uint32_t request, double arrives_s) override {
    const std::uint32_t device = requests_[request].record.device;
    took_s_[device] = arrives_s - starts_s_[device];
  }
  void on_arriving_down(std::uint32_t, double) override {}
  void on_lost(std::uint32_t) override {}

  std::vector<double> starts_s_;
  std::vector<double> took_s_;
  std::uint32_t message_bytes_;
  std::vector<std::uint32_t> groups_;
  NetworkPlatform platform_;
  EventQueue events_;
  RequestPool requests_;
  Recorder recorder_;
  Outages outages_;
  Transport transport_;
};

std::vector<double> finishing_times_s(const Scenario& scenario, const std::vector<double>& starts_s,
                                      std::uint32_t message_bytes) {
  const auto answer = run_in_processes(1, 1, [&](std::size_t) {
    auto& engine = start_engine();
    auto& uploads = *new Uploads(scenario, starts_s, message_bytes);  // ends with its process
    const std::vector<double> took_s = uploads.run(engine);
    return std::string(reinterpret_cast<const char*>(took_s.data()), took_s.size() * sizeof(double));
  });
  std::vector<double> took_s(starts_s.size());
  std::memcpy(took_s.data(), answer[0].data(), took_s.size() * sizeof(double));
  return took_s;
}

struct Finishing {
  double mean_ms = 0;
  double last_ms = 0;
};

/// Ten connections that open within 1 ms and send a message each.
Finishing ten_together(std::uint32_t message_bytes) {
  Scenario scenario = shared_uplink(10, 1, 150e3);
  scenario.network.connection.handshake_round_trips = 1;
  std::vector<double> starts_s;
  for (int i = 0; i < 10; ++i) starts_s.push_back(i * 1e-4);
  Finishing finishing;
  for (const double took_s : finishing_times_s(scenario, starts_s, message_bytes)) {
    finishing.mean_ms += 1e3 * took_s / 10;
    finishing.last_ms = std::max(finishing.last_ms, 1e3 * took_s);
  }
  return finishing;
}

}  // namespace

TEST_CASE("a handshake waits for what lies in the buffer") {
  // The first connection is open after 20 ms and the 0.0688 ms of its packets; then its 10 segments need 6 ms
  // of the link. The second one's first packet comes 3 ms later and finds 3 ms of them left.
  Scenario scenario = shared_uplink(2, 1, 150e3);
  scenario.network.access["wire"] = {kEndlessBytesPerS, kEndlessBytesPerS, 0};
  scenario.network.connection.handshake_round_trips = 1;
  constexpr std::uint32_t kTenSegments = 14'480;
  const std::vector<double> took_s = finishing_times_s(scenario, {0, 0.0230688}, kTenSegments);
  CHECK(took_s[0] == Approx(0.0200688 + 0.006 + 0.010).epsilon(1e-9));
  CHECK(took_s[1] == Approx(took_s[0] + 0.003).epsilon(1e-9));
}

TEST_CASE("packets of devices that send at once come to the uplink mixed") {
  // Two messages of two full packets each; access 4 MB/s, uplink 1 MB/s, and 10 ms. The second begins 0.2 ms
  // later; a packet takes 0.375 ms on its access link. At the uplink a, b, a, b come after 0.375, 0.575, 0.75
  // and 0.95 ms, and one leaves each 1.5 ms: a ends after 0.375 + 3 * 1.5 ms, where its whole train would
  // end after 0.375 + 2 * 1.5 ms; b 1.5 ms later, 6.175 ms after its own begin.
  Scenario scenario = shared_uplink(2, 1, 150e3);
  scenario.network.access["wire"] = {4e6, 4e6, 0};
  scenario.network.uplink.bytes_per_s = 1e6;
  const std::vector<double> took_s = finishing_times_s(scenario, {0, 0.0002}, 2 * 1448);
  CHECK(took_s[0] == Approx(0.010 + 0.004875).epsilon(1e-9));
  CHECK(took_s[1] == Approx(0.010 + 0.006175).epsilon(1e-9));
}

TEST_CASE("ten connections that share a link finish when real ones do") {
  // Measured on a real path: mean 749 ms and last 881 ms for 200 kB each, 3721 and 4190 ms for 1 MB. Fair
  // flows would all finish last.
  for (auto [bytes, mean_ms, last_ms] :
       {std::tuple{200'000U, 749.0, 881.0}, std::tuple{1'000'000U, 3721.0, 4190.0}}) {
    const Finishing finishing = ten_together(bytes);
    CHECK(finishing.mean_ms == Approx(mean_ms).epsilon(0.10));
    CHECK(finishing.last_ms == Approx(last_ms).epsilon(0.05));
  }
}

namespace {

/// Bytes a second that one connection gets through a link that loses segments.
double goodput_bytes_per_s(double loss, double mbit_per_s, double latency_s, double expected_bytes_per_s) {
  Scenario scenario = shared_uplink(1, 1, 500e3);
  scenario.network.access["wire"] = {1.25e9, 1.25e9, 0};
  scenario.network.uplink = {mbit_per_s * 1e6 / 8, latency_s, 500e3, loss};
  const auto bytes = static_cast<std::uint32_t>(expected_bytes_per_s * 50);
  return bytes / finishing_times_s(scenario, {0}, bytes)[0];
}

}  // namespace

TEST_CASE("a link that loses segments lets through what a real one does") {
  // Measured (analysis/real_path.md), in Mbit/s. Mathis et al. (1997), who count no timeouts,
  // say 7.1, 5.0, 3.6 and 2.5.
  struct Case {
    double loss, mbit_per_s, latency_s, measured_mbit_per_s;
  };
  for (const Case& path : {Case{0.01, 20, 0.010, 5.77}, Case{0.02, 20, 0.010, 3.65},
                           Case{0.01, 50, 0.020, 2.94}, Case{0.02, 50, 0.020, 2.11}}) {
    const double measured = path.measured_mbit_per_s * 1e6 / 8;
    INFO(path.loss << " at " << path.mbit_per_s << " Mbit/s and " << path.latency_s << " s");
    CHECK(goodput_bytes_per_s(path.loss, path.mbit_per_s, path.latency_s, measured) ==
          Approx(measured).epsilon(0.15));
  }
}
