#include "sim/record/trace_events.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/record/text_file.hpp"
#include "sim/record/transfer_rate_meter.hpp"

namespace offramp {
namespace {

enum Process : std::uint8_t { kDevices = 1, kLinks, kGateways, kCloud };

/// What slices lie on: "device 12", "uplink of gateway 0", with as many lanes as overlap.
struct Place {
  Process process;
  std::size_t owner;  ///< number of the device or gateway
  std::string name;
  bool operator<(const Place& other) const {
    return std::tie(process, owner, name) < std::tie(other.process, other.owner, other.name);
  }
};

struct Slice {
  const Place* place;
  double from_s;
  double to_s;
  std::string name;
  std::vector<std::uint64_t> requests;
  std::size_t lane = 0;
};

bool both(double from_s, double to_s) { return !std::isnan(from_s) && !std::isnan(to_s); }

/// Whole nanoseconds in microseconds, as requests.csv has them.
double microseconds(double seconds) { return static_cast<double>(std::llround(seconds * 1e9)) / 1e3; }

/// The slices of all requests, and which of them each request passes.
class Slices {
 public:
  explicit Slices(const Scenario& scenario) : scenario_(scenario) {}

  void add(const RequestRecord& request) {
    const TierStamps& device = request.tiers[0];
    const std::size_t own = request.device;
    const Place* processor = place(kDevices, own, fmt::format("device {}", own));
    const bool here = request.answered_by == 0 && request.outcome == Outcome::completed;
    add(request, processor, device.started_s, device.computed_s,
        here ? fmt::format("compute, exit {}", request.exit) : "compute");
    add(request, processor, device.computed_s, device.encoded_s, "encode");
    std::size_t tier = 1;
    double left_s = device.encoded_s;
    if (request.through_gateway) {
      const std::size_t number = own % scenario_.network.gateways;
      const std::string gateway = fmt::format("gateway {}", number);
      add_crossing(request, {kLinks, own, fmt::format("device {} up", own)}, left_s, request.tiers[1],
                   request.access_wire_bytes);
      add_work(request, {kGateways, number, gateway}, request.tiers[1], scenario_.network.gateway->batch_max);
      left_s = request.tiers[1].encoded_s;
      tier = 2;
      add_crossing(request, {kGateways, number, gateway + " up"}, left_s, request.tiers[2],
                   request.wire_bytes);
    } else {
      add_crossing(request, {kLinks, own, fmt::format("device {} up", own)}, left_s, request.tiers[1],
                   request.wire_bytes);
    }
    add_work(request, {kCloud, 0, "cloud"}, request.tiers[tier], scenario_.cloud.batch_max);
    if (request.outcome == Outcome::completed && request.answered_by > 0)
      add(request, place(kLinks, own, fmt::format("device {} down", own)),
          request.tiers[static_cast<std::size_t>(request.answered_by)].computed_s, request.answered_s,
          fmt::format("answer of exit {}", request.exit));
  }

  /// No two slices of a lane overlap.
  void assign_lanes() {
    std::map<const Place*, std::vector<std::size_t>> on;
    for (std::size_t s = 0; s < slices_.size(); ++s) on[slices_[s].place].push_back(s);
    for (auto& [where, members] : on) {
      std::sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(slices_[a].from_s, a) < std::tie(slices_[b].from_s, b);
      });
      using Busy = std::pair<double, std::size_t>;  // until, lane
      std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
      std::set<std::size_t> free;
      std::size_t lanes = 0;
      for (const std::size_t s : members) {
        while (!busy.empty() && busy.top().first <= slices_[s].from_s) {
          free.insert(busy.top().second);
          busy.pop();
        }
        const std::size_t lane = free.empty() ? lanes++ : *free.begin();
        free.erase(lane);
        slices_[s].lane = lane;
        busy.emplace(slices_[s].to_s, lane);
      }
    }
  }

  const std::vector<Slice>& all() const { return slices_; }
  const std::map<std::uint64_t, std::vector<std::size_t>>& of_requests() const { return of_requests_; }

 private:
  const Place* place(Process process, std::size_t owner, std::string name) {
    return &*places_.insert({process, owner, std::move(name)}).first;
  }

  void add(const RequestRecord& request, const Place* where, double from_s, double to_s, std::string name) {
    // What takes no time (compute of a device that sends the image) has nothing to be seen.
    if (!both(from_s, to_s) || microseconds(from_s) == microseconds(to_s)) return;
    of_requests_[request.id].push_back(slices_.size());
    slices_.push_back({where, from_s, to_s, std::move(name), {request.id}});
  }

  void add_crossing(const RequestRecord& request, const Place& link, double from_s, const TierStamps& to,
                    std::uint32_t wire_bytes) {
    add(request, &*places_.insert(link).first, from_s, to.received_s, fmt::format("{} B", wire_bytes));
  }

  /// Decoding, then the batch, which is one slice of all its requests.
  void add_work(const RequestRecord& request, const Place& station, const TierStamps& tier,
                std::uint64_t batch_max) {
    const auto& [process, owner, name] = station;
    add(request, place(process, owner, name + " decoding"), tier.received_s, tier.decoded_s, "decode");
    if (!both(tier.started_s, tier.computed_s) || tier.started_s == tier.computed_s) return;
    const auto [at, is_new] =
        batches_.try_emplace({name, request.route, tier.started_s, tier.computed_s}, slices_.size());
    if (!is_new && slices_[at->second].requests.size() < batch_max) {
      slices_[at->second].requests.push_back(request.id);
      of_requests_[request.id].push_back(at->second);
      return;
    }
    at->second = slices_.size();
    add(request, place(process, owner, name + " server"), tier.started_s, tier.computed_s, "batch");
  }

  const Scenario& scenario_;
  std::set<Place> places_;
  std::vector<Slice> slices_;
  std::map<std::uint64_t, std::vector<std::size_t>> of_requests_;
  std::map<std::tuple<std::string, std::uint32_t, double, double>, std::size_t> batches_;
};

/// Events one after the other, separated by commas.
class EventFile {
 public:
  explicit EventFile(const std::filesystem::path& path) : file_(path) {}

  template <typename... Arguments>
  void event(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    text(first_ ? "\n" : ",\n");
    first_ = false;
    fmt::format_to(std::back_inserter(buffer_), format, std::forward<Arguments>(arguments)...);
    if (buffer_.size() > (1 << 20)) flush();
  }
  void text(std::string_view text) { buffer_.append(text.data(), text.data() + text.size()); }
  void close() {
    flush();
    file_.close();
  }

 private:
  void flush() {
    file_.write({buffer_.data(), buffer_.size()});
    buffer_.clear();
  }
  TextFile file_;
  fmt::memory_buffer buffer_;
  bool first_ = true;
};

/// Numbers for tracks: a process for each kind, a thread for each lane.
std::map<std::pair<const Place*, std::size_t>, std::size_t> write_tracks(EventFile& file,
                                                                         const std::vector<Slice>& slices) {
  constexpr std::array<const char*, 5> kNames{"", "devices", "links", "gateways", "cloud"};
  std::map<std::tuple<Place, std::size_t>, const Place*> used;
  std::set<Process> processes;
  std::map<const Place*, std::size_t> lanes;
  for (const Slice& slice : slices) {
    used[{*slice.place, slice.lane}] = slice.place;
    processes.insert(slice.place->process);
    lanes[slice.place] = std::max(lanes[slice.place], slice.lane + 1);
  }
  for (const Process process : processes)
    file.event(R"({{"ph":"M","name":"process_name","pid":{},"args":{{"name":"{}"}}}})",
               static_cast<int>(process), kNames[process]);
  std::map<std::pair<const Place*, std::size_t>, std::size_t> threads;
  for (const auto& [key, place] : used) {
    const std::size_t lane = std::get<1>(key);
    const std::size_t thread = threads.size() + 1;
    threads[{place, lane}] = thread;
    file.event(R"({{"ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":"{}{}"}}}})",
               static_cast<int>(place->process), thread, place->name,
               lanes[place] > 1 ? fmt::format(" {}", lane) : "");
  }
  return threads;
}

}  // namespace

void write_trace_events(const std::filesystem::path& path, const Scenario& scenario,
                        std::span<const RequestRecord> requests, std::span<const double> uplink_bytes,
                        std::size_t limit) {
  const auto traced = requests.first(std::min(limit, requests.size()));
  Slices slices(scenario);
  for (const RequestRecord& request : traced) slices.add(request);
  slices.assign_lanes();

  EventFile file(path);
  file.text(fmt::format(
      "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{\"scenario\":{},\"seed\":{},\"replication\":0,"
      "\"requests\":{},\"of\":{}}},\"traceEvents\":[",
      nlohmann::json(scenario.name).dump(), scenario.seed, traced.size(), requests.size()));
  const auto threads = write_tracks(file, slices.all());
  const auto track = [&](const Slice& slice) { return threads.at({slice.place, slice.lane}); };
  for (const Slice& slice : slices.all()) {
    const double from_us = microseconds(slice.from_s);
    file.event(
        R"({{"ph":"X","name":"{}{}","pid":{},"tid":{},"ts":{:.3f},"dur":{:.3f},"args":{{"requests":[{}]}}}})",
        slice.name, slice.name == "batch" ? fmt::format(" of {}", slice.requests.size()) : "",
        static_cast<int>(slice.place->process), track(slice), from_us, microseconds(slice.to_s) - from_us,
        fmt::join(slice.requests, ","));
  }
  for (const auto& [request, passed] : slices.of_requests())
    for (std::size_t i = 0; i < passed.size() && passed.size() > 1; ++i) {
      const Slice& slice = slices.all()[passed[i]];
      const char* phase = i == 0 ? "s" : i + 1 == passed.size() ? "f" : "t";
      file.event(R"({{"ph":"{}","name":"request","cat":"request","id":{},"pid":{},"tid":{},"ts":{:.3f}{}}})",
                 phase, request, static_cast<int>(slice.place->process), track(slice),
                 microseconds(slice.from_s), i + 1 == passed.size() ? R"(,"bp":"e")" : "");
    }
  for (const RequestRecord& request : traced) {
    const bool fell_back = request.outcome == Outcome::fallen_back;
    if (!fell_back && request.outcome != Outcome::dropped && request.outcome != Outcome::lost) continue;
    const auto at = slices.of_requests().find(request.id);
    if (at == slices.of_requests().end()) continue;
    const Slice& where = slices.all()[fell_back ? at->second.front() : at->second.back()];
    file.event(R"({{"ph":"i","s":"t","name":"{}","pid":{},"tid":{},"ts":{:.3f},"args":{{"requests":[{}]}}}})",
               outcome_name(request.outcome), static_cast<int>(where.place->process), track(where),
               microseconds(fell_back ? request.answered_s : where.to_s), request.id);
  }
  const double last_s = traced.empty() ? 0 : traced.back().arrival_s;
  for (std::size_t w = 0; w < uplink_bytes.size(); ++w) {
    const double start_s = scenario.warmup_s + static_cast<double>(w) * TransferRateMeter::kWindowS;
    if (start_s > last_s) break;
    file.event(R"({{"ph":"C","name":"uplink rate","pid":{},"ts":{:.3f},"args":{{"Mbit/s":{:.6f}}}}})",
               static_cast<int>(kLinks), microseconds(start_s),
               8e-6 * uplink_bytes[w] / TransferRateMeter::kWindowS);
  }
  file.text("\n]}\n");
  file.close();
}

}  // namespace offramp
