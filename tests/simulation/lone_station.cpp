#include "tests/simulation/lone_station.hpp"

#include <simgrid/s4u.hpp>

#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstring>

#include "sim/platform/simgrid_release.hpp"
#include "sim/simulation/server_station.hpp"
#include "sim/sweep/process_pool.hpp"
#include "sim/workload/arrival_process.hpp"

namespace offramp {
namespace {

constexpr std::size_t kTier = 1;

/// Poisson arrivals on one side of the station and a tally on the other.
class Feed final : private EventHandler, private ServiceListener {
 public:
  Feed(const LoneStation& station, std::uint64_t replication)
      : measured_{station.warmup_s, station.warmup_s + station.duration_s},
        arrivals_(make_arrival_process({ArrivalSpec::Process::poisson, station.arrivals_per_s},
                                       random_stream(1, replication, 0, "arrivals"))),
        random_(random_stream(1, replication, 0, "service")),
        busy_(measured_),
        servers_(
            station.spec, {0}, events_, requests_, busy_,
            [this, &station](const std::vector<std::uint32_t>& batch) {
              if (measured_.contains(events_.now_s())) {
                ++batches_;
                batched_ += static_cast<double>(batch.size());
              }
              return station.service_s(batch.size(), random_);
            },
            *this) {}

  void begin() { schedule_arrival(); }

  StationFigures end(std::size_t servers) {
    servers_.account_unfinished(measured_.to_s);
    figures_.mean_wait_s = wait_s_ / started_;
    figures_.share_waiting = waited_ / started_;
    figures_.mean_batch = batched_ / batches_;
    figures_.utilization = busy_.busy_s() / (static_cast<double>(servers) * measured_.length_s());
    return figures_;
  }

 private:
  void schedule_arrival() { events_.schedule(arrivals_->next_s(), *this, 0, 0); }

  void on_event(std::uint32_t, std::uint32_t) override {
    RequestRecord record;
    record.arrival_s = record.tiers[kTier].decoded_s = events_.now_s();
    const std::uint32_t request = requests_.add(record);
    requests_[request].tier = kTier;
    const bool counts = measured_.contains(record.arrival_s);
    if (counts) ++figures_.offered;
    if (!servers_.enqueue(request)) {
      if (counts) ++figures_.dropped;
      requests_.remove(request);
    }
    schedule_arrival();
  }

  void on_served(std::uint32_t request) override {
    const RequestRecord& record = requests_[request].record;
    if (measured_.contains(record.arrival_s)) {
      const double wait_s = record.tiers[kTier].started_s - record.arrival_s;
      ++started_;
      wait_s_ += wait_s;
      if (wait_s > 0) ++waited_;
    }
    requests_.remove(request);
  }

  MeasuredTime measured_;
  EventQueue events_;
  std::unique_ptr<ArrivalProcess> arrivals_;
  RandomEngine random_;
  RequestPool requests_;
  BusyMeter busy_;
  ServerStation servers_;
  StationFigures figures_;
  double started_ = 0;
  double waited_ = 0;
  double wait_s_ = 0;
  double batches_ = 0;
  double batched_ = 0;
};

StationFigures simulate_here(const LoneStation& station, std::uint64_t replication) {
  std::array<char, 8> program{"test"};
  std::array<char*, 2> arguments{program.data(), nullptr};
  int count = 1;
  auto& engine = *new simgrid::s4u::Engine(&count, arguments.data());  // ends with the process
  auto* zone = simgrid_release::full_zone("alone");
  auto* host = simgrid_release::host(zone, "host", 1)->seal();
  zone->seal();
  const double horizon_s = station.warmup_s + station.duration_s;
  simgrid_release::actor("horizon", host, [horizon_s] { simgrid::s4u::this_actor::sleep_until(horizon_s); });
  Feed feed(station, replication);
  feed.begin();
  engine.run_until(horizon_s);
  return feed.end(station.spec.servers);
}

}  // namespace

std::vector<StationFigures> simulate_station(const LoneStation& station, std::size_t replications) {
  const auto answers = run_in_processes(replications, available_processors(), [&](std::size_t replication) {
    const StationFigures figures = simulate_here(station, replication);
    return std::string(reinterpret_cast<const char*>(&figures), sizeof figures);
  });
  std::vector<StationFigures> runs(replications);
  for (std::size_t r = 0; r < replications; ++r) std::memcpy(&runs[r], answers[r].data(), sizeof runs[r]);
  return runs;
}

Interval interval999(const std::vector<StationFigures>& runs,
                     const std::function<double(const StationFigures&)>& figure) {
  const auto n = static_cast<double>(runs.size());
  double mean = 0;
  for (const StationFigures& run : runs) mean += figure(run) / n;
  double variance = 0;
  for (const StationFigures& run : runs) variance += std::pow(figure(run) - mean, 2) / (n - 1);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.9995);
  return {mean, t * std::sqrt(variance / n)};
}

}  // namespace offramp
