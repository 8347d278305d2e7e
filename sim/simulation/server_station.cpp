#include "sim/simulation/server_station.hpp"

#include <algorithm>
#include <utility>

namespace offramp {

ServerStation::ServerStation(const CloudSpec& spec, std::vector<std::uint32_t> line_of_route,
                             EventQueue& events, RequestPool& requests, BusyMeter& busy_servers,
                             BatchTime batch_time_s, ServiceListener& listener)
    : spec_(spec),
      events_(events),
      requests_(requests),
      busy_servers_(busy_servers),
      batch_time_s_(std::move(batch_time_s)),
      listener_(listener),
      line_of_route_(std::move(line_of_route)),
      lines_(line_of_route_.size()),
      servers_(spec.servers) {
  for (std::size_t server = spec.servers; server > 0; --server)
    idle_.push_back(static_cast<std::uint32_t>(server - 1));
}

bool ServerStation::enqueue(std::uint32_t request) {
  if (waiting_ >= spec_.queue_limit && idle_.empty()) return false;
  Line& line = lines_[line_of_route_[requests_[request].record.route]];
  line.requests.push(requests_, request);
  ++line.length;
  ++waiting_;
  dispatch();
  return true;
}

double ServerStation::due_s(const Line& line) {
  return stamps_of(line.requests.front()).decoded_s + spec_.batch_wait_s;
}

TierStamps& ServerStation::stamps_of(std::uint32_t request) {
  LiveRequest& live = requests_[request];
  return live.record.tiers[live.tier];
}

/// Of the lines with a full batch or a head that has waited long enough, the one whose head came first.
ServerStation::Line* ServerStation::ready_line(double now_s) {
  Line* first = nullptr;
  for (Line& line : lines_) {
    if (line.length == 0) continue;
    const bool ready = line.length >= spec_.batch_max || due_s(line) <= now_s;
    if (ready && (first == nullptr || due_s(line) < due_s(*first))) first = &line;
  }
  return first;
}

void ServerStation::dispatch() {
  const double now_s = events_.now_s();
  while (!idle_.empty()) {
    Line* line = ready_line(now_s);
    if (line == nullptr) break;
    const std::uint32_t server = idle_.back();
    idle_.pop_back();
    start_batch(server, *line);
  }
  if (idle_.empty()) return;  // whoever frees a server looks again
  for (Line& line : lines_) {
    if (line.length == 0 || line.due_event_s == due_s(line)) continue;
    line.due_event_s = due_s(line);
    events_.schedule(line.due_event_s, *this, kBatchDue, 0);
  }
}

void ServerStation::start_batch(std::uint32_t server, Line& line) {
  Server& worker = servers_[server];
  worker.busy = true;
  worker.started_s = events_.now_s();
  worker.batch.clear();
  while (line.length > 0 && worker.batch.size() < spec_.batch_max) {
    const std::uint32_t request = line.requests.pop(requests_);
    --line.length;
    --waiting_;
    stamps_of(request).started_s = worker.started_s;
    worker.batch.push_back(request);
  }
  events_.schedule(worker.started_s + batch_time_s_(worker.batch), *this, kBatchDone, server);
}

void ServerStation::finish_batch(std::uint32_t server) {
  Server& worker = servers_[server];
  worker.busy = false;
  const double now_s = events_.now_s();
  busy_servers_.add(worker.started_s, now_s);
  for (const std::uint32_t request : worker.batch) {
    stamps_of(request).computed_s = now_s;
    listener_.on_served(request);
  }
  idle_.push_back(server);
  dispatch();
}

void ServerStation::on_event(std::uint32_t kind, std::uint32_t subject) {
  if (kind == kBatchDone)
    finish_batch(subject);
  else
    dispatch();
}

void ServerStation::account_unfinished(double horizon_s) {
  for (const Server& server : servers_)
    if (server.busy) busy_servers_.add(server.started_s, horizon_s);
}

}  // namespace offramp
