#include "tests/validation/uploads.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <string>

#include "sim/core/random_stream.hpp"
#include "sim/platform/message_size.hpp"
#include "sim/simulation/simulation.hpp"
#include "sim/sweep/process_pool.hpp"
#include "sim/workload/arrival_process.hpp"
#include "tests/simulation/probe.hpp"
#include "tests/validation/poisson_uploads.hpp"

namespace offramp::validation {
namespace {

constexpr double kFastAccessMbps = 10'000;  // where a row names none: of no consequence

double bytes_per_s(double mbps) { return mbps * 1e6 / 8; }

std::uint32_t bytes_of(const CsvRow& row) { return static_cast<std::uint32_t>(row.number("bytes")); }

/// One group that offloads every image over this row's path.
UploadCase on_path(const CsvRow& row, std::size_t devices, double rate_per_s, double access_mbps) {
  UploadCase made{probe_scenario(devices, rate_per_s), {bytes_of(row)}};
  const double access = bytes_per_s(access_mbps);
  made.scenario.seed = kSeed;
  made.scenario.network.access["wire"] = {access, access, 0};
  made.scenario.network.uplink = {bytes_per_s(row.number("mbps")), row.number("latency_ms") * 1e-3,
                                  row.number("buffer_kb") * 1e3};
  made.scenario.network.connection.handshake_round_trips = 1;
  made.scenario.network.answer_bytes = 1;
  return made;
}

DeviceType that_takes_s(double time_s) {
  DeviceType type = instant_device();
  type.flops_per_s = 1 / time_s;
  return type;
}

/// What a group of devices runs: one operation up to exit 0; every image makes a message of this size.
struct GroupProfile {
  explicit GroupProfile(std::uint32_t message_bytes)
      : probe({false}, message_bytes - static_cast<std::uint32_t>(kFrameBytes)), profile(probe.profile()) {
    profile.exits[0].backbone.flops = 1;
  }
  ProbeProfile probe;
  ExitProfile profile;  ///< points into it
};

std::vector<Upload> simulate_uploads(const UploadCase& one) {
  std::deque<GroupProfile> profiles;
  std::vector<RoutePlan> routes;
  for (std::size_t g = 0; g < one.scenario.devices.size(); ++g) {
    profiles.emplace_back(one.message_bytes[g]);
    routes.push_back(plan_route(one.scenario.devices[g], one.scenario, profiles.back().profile));
  }
  std::vector<Upload> uploads;
  for (const RequestRecord& request : simulate(one.scenario, routes, 0).requests)
    if (request.group == one.group.value_or(request.group) && !std::isnan(request.tiers[0].encoded_s))
      uploads.push_back({request.tiers[0].encoded_s, request.tiers[1].received_s});
  std::stable_sort(uploads.begin(), uploads.end(),
                   [](const Upload& a, const Upload& b) { return a.sent_s < b.sent_s; });
  return uploads;
}

}  // namespace

UploadCase lone_device(const CsvRow& path, double period_s, std::size_t messages) {
  UploadCase made = on_path(path, 1, 1 / period_s, kFastAccessMbps);
  made.scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  made.scenario.duration_s = period_s * static_cast<double>(messages + 1);
  return made;
}

UploadCase lossy_upload(const CsvRow& row, std::uint32_t message_bytes) {
  constexpr double kBufferBytes = 150e3;
  constexpr double kLongestS = 2000;
  UploadCase made{probe_scenario(1, 1 / kLongestS), {message_bytes}};
  const double access = bytes_per_s(kFastAccessMbps);
  made.scenario.seed = kSeed;
  made.scenario.network.access["wire"] = {access, access, 0};
  made.scenario.network.uplink = {bytes_per_s(row.number("mbps")), row.number("rtt_ms") * 1e-3 / 2,
                                  kBufferBytes, row.number("loss")};
  made.scenario.network.answer_bytes = 1;
  made.scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  made.scenario.duration_s = 2 * kLongestS - 1;
  return made;
}

UploadCase sharing_devices(const CsvRow& row) {
  // Periodic frames have a random phase: each device is a group of its own whose compute time is what its
  // phase lacks to the common start.
  constexpr double kPeriod_s = 1e4;
  constexpr double kApart_s = 1e-4;
  const auto flows = static_cast<std::size_t>(row.number("flows"));
  UploadCase made = on_path(row, 1, 1 / kPeriod_s, kFastAccessMbps);
  made.scenario.duration_s = 2 * kPeriod_s - 1;
  DeviceGroup group = made.scenario.devices[0];
  group.arrivals.process = ArrivalSpec::Process::periodic;
  group.offload = OffloadSpec{"exit 0", "probe"};
  made.scenario.devices.clear();
  made.group.reset();
  made.message_bytes.assign(flows, bytes_of(row));
  for (std::size_t i = 0; i < flows; ++i) {
    const double phase_s =
        make_arrival_process(group.arrivals, random_stream(kSeed, 0, i, "arrivals"))->next_s();
    group.type = that_takes_s(kPeriod_s + kApart_s * static_cast<double>(i) - phase_s);
    made.scenario.devices.push_back(group);
  }
  return made;
}

UploadCase beside_bulk(const CsvRow& row) {
  UploadCase made = on_path(row, 1, 1.9, kFastAccessMbps);
  made.scenario.duration_s = 320;
  made.scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  // Endless: 100 MB each 2 s are more than any of these links carries, one after the other.
  DeviceGroup bulk = made.scenario.devices[0];
  bulk.count = static_cast<std::size_t>(row.number("bulks"));
  bulk.arrivals.rate_per_s = 0.5;
  made.scenario.devices.push_back(bulk);
  made.message_bytes.push_back(100'000'000);
  return made;
}

UploadCase dumbbell(const CsvRow& row) {
  const std::uint64_t wire = wire_bytes(bytes_of(row));
  const double uplink_bytes_per_s = bytes_per_s(row.number("mbps"));
  const double uploads_per_s = row.number("utilization") * uplink_bytes_per_s / static_cast<double>(wire);
  const auto devices = static_cast<std::size_t>(row.number("devices"));
  UploadCase made =
      on_path(row, devices, uploads_per_s / static_cast<double>(devices), row.number("access_mbps"));
  made.scenario.duration_s = row.number("warmup_s") + row.number("duration_s");
  made.scenario.network.connection.reuse = row.text("connection") == "kept";
  return made;
}

std::vector<std::vector<Upload>> simulate_uploads(const std::vector<UploadCase>& cases) {
  const auto answers = run_in_processes(cases.size(), available_processors(), [&](std::size_t task) {
    const std::vector<Upload> uploads = simulate_uploads(cases[task]);
    return std::string(reinterpret_cast<const char*>(uploads.data()), uploads.size() * sizeof(Upload));
  });
  std::vector<std::vector<Upload>> all;
  for (const std::string& bytes : answers) {
    all.emplace_back(bytes.size() / sizeof(Upload));
    std::memcpy(static_cast<void*>(all.back().data()), bytes.data(), bytes.size());
  }
  return all;
}

}  // namespace offramp::validation
