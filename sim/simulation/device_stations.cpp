#include "sim/simulation/device_stations.hpp"

#include <algorithm>

namespace offramp {

DeviceStations::DeviceStations(const std::vector<std::size_t>& limits) {
  std::size_t first = 0;
  for (const std::size_t limit : limits) {
    Station station;
    station.first = first;
    station.limit = static_cast<std::uint32_t>(limit);
    stations_.push_back(station);
    first += limit;
  }
  finish_times_s_.assign(first, 0);
}

bool DeviceStations::full(std::uint32_t device, double now_s) {
  Station& station = stations_[device];
  if (station.last_finish_s <= now_s) station.working = 0;  // its ring stays where it is in memory
  while (station.working > 0 && finish_times_s_[station.first + station.oldest] <= now_s) {
    station.oldest = (station.oldest + 1) % station.limit;
    --station.working;
  }
  return station.working + station.to_send >= station.limit;
}

std::size_t DeviceStations::held(std::uint32_t device, double now_s) {
  full(device, now_s);  // what is done no longer counts
  return std::size_t{stations_[device].working} + stations_[device].to_send;
}

double DeviceStations::backlog_s(std::uint32_t device, double now_s) const {
  return std::max(0.0, stations_[device].free_at_s - now_s);
}

DeviceStations::Work DeviceStations::take(std::uint32_t device, double now_s, double service_s) {
  const Work work = take_aside(device, now_s, service_s);
  Station& station = stations_[device];
  finish_times_s_[station.first + (station.oldest + station.working) % station.limit] = work.finished_s;
  ++station.working;
  station.last_finish_s = work.finished_s;
  return work;
}

DeviceStations::Work DeviceStations::take_aside(std::uint32_t device, double now_s, double service_s) {
  Station& station = stations_[device];
  const double started_s = std::max(now_s, station.free_at_s);
  station.free_at_s = started_s + service_s;
  return {started_s, station.free_at_s};
}

void DeviceStations::reset(std::uint32_t device, double now_s) {
  Station& station = stations_[device];
  station.free_at_s = now_s;
  station.working = station.to_send = 0;
}

}  // namespace offramp
