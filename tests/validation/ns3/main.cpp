/// Makes the tables of ns-3's results that the validation compares with: ns3_reference TABLE > TABLE.csv.
/// Runs are deterministic. Every row says its case in full.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <string>

#include "tests/validation/ns3/packet_network.hpp"
#include "tests/validation/poisson_uploads.hpp"

namespace offramp::ns3_reference {
namespace {

using Control = PacketNetwork::Control;

struct Path {
  double mbps;
  double latency_ms;
};
constexpr Path kPaths[] = {{20, 10}, {100, 25}, {5, 5}};  // those that were measured

PacketNetwork network_on(const Path& path, double buffer_kb) {
  PacketNetwork network;
  network.uplink_bytes_per_s = path.mbps * 1e6 / 8;
  network.one_way_latency_s = path.latency_ms * 1e-3;
  network.buffer_bytes = buffer_kb * 1e3;
  return network;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Linear between order statistics.
double quantile_of(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

/// A lone message on a new connection, on one that has just carried one like it, and after 1.2 s.
void transfers() {
  std::puts("mbps,latency_ms,buffer_kb,bytes,new_s,warm_s,idle_s");
  for (const Path& path : kPaths)
    for (const double buffer_kb : {150.0, 1000.0})
      for (const std::uint64_t bytes : {2'000, 20'000, 200'000, 2'000'000}) {
        PacketNetwork network = network_on(path, buffer_kb);
        network.control = Control::cubic_linux;
        const double new_s = received_at_s(network, {{0, 0, 0, bytes}}, 100).back();
        const auto after_s = [&](double pause_s) {
          const double at_s = new_s + pause_s;
          return received_at_s(network, {{0, 0, 0, bytes}, {0, 0, at_s, bytes}}, 100).back() - at_s;
        };
        std::printf("%g,%g,%g,%llu,%.6f,%.6f,%.6f\n", path.mbps, path.latency_ms, buffer_kb,
                    static_cast<unsigned long long>(bytes), new_s, after_s(0.1), after_s(1.2));
      }
}

/// Ten new connections that start within a millisecond of each other; means over 10 seeds.
void sharing() {
  constexpr std::uint32_t kFlows = 10;
  constexpr std::uint32_t kSeeds = 10;
  std::puts("mbps,latency_ms,buffer_kb,flows,bytes,mean_s,last_s");
  for (const Path& path : kPaths)
    for (const double buffer_kb : {50.0, 150.0, 1000.0})
      for (const std::uint64_t bytes : {20'000, 200'000, 2'000'000}) {
        PacketNetwork network = network_on(path, buffer_kb);
        network.devices = kFlows;
        std::vector<double> means_s;
        std::vector<double> lasts_s;
        for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
          std::mt19937 random(seed);
          std::vector<double> starts_s(kFlows);
          for (double& start_s : starts_s) start_s = random() / 4294967296.0 * 1e-3;
          std::sort(starts_s.begin(), starts_s.end());
          std::vector<Upload> uploads;
          for (std::uint32_t i = 0; i < kFlows; ++i) uploads.push_back({i, i, starts_s[i], bytes});
          std::vector<double> took_s = received_at_s(network, uploads, 1000);
          lasts_s.push_back(*std::max_element(took_s.begin(), took_s.end()));
          for (std::uint32_t i = 0; i < kFlows; ++i) took_s[i] -= starts_s[i];
          means_s.push_back(mean_of(took_s));
        }
        std::printf("%g,%g,%g,%u,%llu,%.4f,%.4f\n", path.mbps, path.latency_ms, buffer_kb, kFlows,
                    static_cast<unsigned long long>(bytes), mean_of(means_s), mean_of(lasts_s));
      }
}

/// Small requests on a kept connection, one every quarter of a second or so for 90 s, beside endless uploads.
void standing_queue() {
  std::puts("mbps,latency_ms,buffer_kb,bulks,bytes,mean_s,p50_s,p95_s");
  for (const Path& path : kPaths)
    for (const double buffer_kb : {50.0, 150.0, 500.0})
      for (const std::uint32_t bulks : {1U, 2U})
        for (const std::uint64_t bytes : {2'000, 20'000}) {
          if (path.mbps * buffer_kb * bulks > 30'000) continue;  // hours of packets
          PacketNetwork network = network_on(path, buffer_kb);
          network.devices = 1 + bulks;
          std::vector<Upload> uploads;
          for (std::uint32_t bulk = 1; bulk <= bulks; ++bulk)
            uploads.push_back({bulk, bulk, 0.5 * (bulk - 1), std::uint64_t{1} << 50});
          std::mt19937 random(1);
          for (int i = 0; i < 360; ++i)
            uploads.push_back({0, 0, 20 + 0.25 * i + 0.125 * random() / 4294967296.0, bytes});
          const std::vector<double> received_s = received_at_s(network, uploads, 115);
          std::vector<double> took_s;
          for (std::size_t i = bulks + 1; i < uploads.size(); ++i)
            if (!std::isnan(received_s[i])) took_s.push_back(received_s[i] - uploads[i].at_s);
          std::printf("%g,%g,%g,%u,%llu,%.6f,%.6f,%.6f\n", path.mbps, path.latency_ms, buffer_kb, bulks,
                      static_cast<unsigned long long>(bytes), mean_of(took_s), quantile_of(took_s, 0.5),
                      quantile_of(took_s, 0.95));
        }
}

/// Throughput of one endless upload over 200 s, in kB/s.
void loss() {
  std::puts("mbps,rtt_ms,loss,cubic_kb_per_s,reno_kb_per_s");
  for (const double probability : {2e-2, 1e-2, 1e-3, 1e-4})
    for (const double rtt_ms : {10.0, 20.0, 50.0, 100.0, 200.0}) {
      PacketNetwork network = network_on({100, rtt_ms / 2}, 150);
      network.loss = probability;
      network.control = Control::cubic;
      const double cubic = bulk_bytes_per_s(network, 20, 220);
      network.control = Control::reno;
      const double reno = bulk_bytes_per_s(network, 20, 220);
      std::printf("100,%g,%g,%.0f,%.0f\n", rtt_ms, probability, cubic / 1e3, reno / 1e3);
    }
}

struct Dumbbell {
  Path path;
  double access_mbps;
  double buffer_kb;
  std::uint64_t bytes;
  bool reuse;
};

/// 20 devices with Poisson uploads at 30, 60 and 80 % of the uplink, on kept connections and on new ones.
void dumbbell_row(const Dumbbell& dumbbell, double utilization) {
  constexpr std::size_t kDevices = 20;
  constexpr double kWarmup_s = 20;
  const double segments = std::ceil(static_cast<double>(dumbbell.bytes) / 1448);
  const double wire_bytes = static_cast<double>(dumbbell.bytes) + 52 * segments;
  PacketNetwork network = network_on(dumbbell.path, dumbbell.buffer_kb);
  network.devices = kDevices;
  network.access_bytes_per_s = dumbbell.access_mbps * 1e6 / 8;
  network.control = Control::cubic_linux;
  const double uploads_per_s = utilization * network.uplink_bytes_per_s / wire_bytes;
  const double duration_s = std::min(300.0, 6000 / uploads_per_s);
  const auto arrivals =
      validation::poisson_uploads(kDevices, uploads_per_s / kDevices, kWarmup_s + duration_s);
  std::vector<Upload> uploads;
  for (const validation::Arrival& arrival : arrivals) {
    const auto connection = dumbbell.reuse ? arrival.device : static_cast<std::uint32_t>(uploads.size());
    uploads.push_back({arrival.device, connection, arrival.at_s, dumbbell.bytes});
  }
  const std::vector<double> received_s = received_at_s(network, uploads, 10 * (kWarmup_s + duration_s));
  std::vector<double> took_s;
  for (std::size_t i = 0; i < uploads.size(); ++i)
    if (uploads[i].at_s >= kWarmup_s && !std::isnan(received_s[i]))
      took_s.push_back(received_s[i] - uploads[i].at_s);
  std::printf("%zu,%g,%g,%g,%g,%llu,%g,%s,%g,%g,%zu,%.6f,%.6f,%.6f\n", kDevices, dumbbell.access_mbps,
              dumbbell.path.mbps, dumbbell.path.latency_ms, dumbbell.buffer_kb,
              static_cast<unsigned long long>(dumbbell.bytes), utilization, dumbbell.reuse ? "kept" : "new",
              kWarmup_s, duration_s, took_s.size(), mean_of(took_s), quantile_of(took_s, 0.5),
              quantile_of(took_s, 0.95));
}

void dumbbell() {
  std::puts(
      "devices,access_mbps,mbps,latency_ms,buffer_kb,bytes,utilization,connection,warmup_s,duration_s,"
      "uploads,"
      "mean_s,p50_s,p95_s");
  for (const bool reuse : {true, false})
    for (const double access : {50.0, 1.0})
      for (const std::uint64_t bytes : {20'000, 100'000})
        for (const double buffer_kb : {50.0, 150.0, 1000.0})
          for (const double utilization : {0.3, 0.6, 0.8})
            dumbbell_row({kPaths[0], access * kPaths[0].mbps, buffer_kb, bytes, reuse}, utilization);
  for (const bool reuse : {true, false})
    for (const std::uint64_t bytes : {20'000, 100'000})
      for (const double buffer_kb : {150.0, 1000.0})
        for (const double utilization : {0.3, 0.6, 0.8})
          dumbbell_row({kPaths[1], 1000, buffer_kb, bytes, reuse}, utilization);
}

const std::map<std::string, std::function<void()>> kTables = {{"transfers", transfers},
                                                              {"sharing", sharing},
                                                              {"standing_queue", standing_queue},
                                                              {"loss", loss},
                                                              {"dumbbell", dumbbell}};

}  // namespace
}  // namespace offramp::ns3_reference

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  const auto& tables = offramp::ns3_reference::kTables;
  const auto table = argc == 2 ? tables.find(argv[1]) : tables.end();
  if (table == tables.end()) {
    std::fputs("usage: ns3_reference TABLE > TABLE.csv   with TABLE one of:", stderr);
    for (const auto& known : tables) std::fprintf(stderr, " %s", known.first.c_str());
    std::fputs("\n", stderr);
    return 2;
  }
  table->second();
}
