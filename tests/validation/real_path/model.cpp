#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <simgrid/s4u.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "sim/platform/engine.hpp"
#include "sim/platform/simgrid_release.hpp"
#include "sim/simulation/transport.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/simulation/probe.hpp"

// Holds the simulator against what `real_path messages` measured: one device sends messages of one size over
// the same path, and its times stand beside the real ones. Reads the measured tables that it is given, prints
// CSV, the worst first, and a summary to standard error.

namespace offramp::real_path {
namespace {

struct Row {
  std::string connection;
  UplinkSpec link;
  std::uint64_t message_bytes = 0;
  double real_s = 0;
  int retransmitted = 0;
  double model_s = NAN;

  double error() const { return model_s / real_s - 1; }
};

std::map<std::string, std::string> read_line(const std::vector<std::string>& header,
                                             const std::string& line) {
  std::map<std::string, std::string> cells;
  std::istringstream in(line);
  for (const std::string& name : header) std::getline(in, cells[name], ',');
  return cells;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

std::vector<Row> read_table(const char* path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error(fmt::format("{}: cannot be read", path));
  const auto header = split(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    auto cells = read_line(header, line);
    Row row;
    row.connection = cells.at("connection");
    row.link = {std::stod(cells.at("rate_mbps")) * 1e6 / 8, std::stod(cells.at("latency_ms")) * 1e-3,
                std::stod(cells.at("buffer_bytes"))};
    row.message_bytes = std::stoull(cells.at("message_bytes"));
    row.real_s = std::stod(cells.at("median_ms")) * 1e-3;
    row.retransmitted = std::stoi(cells.at("retransmitted"));
    rows.push_back(row);
  }
  return rows;
}

/// A message, and how long after the answer to the one before it is sent.
struct Sending {
  std::uint64_t bytes;
  double after_answer_s;
};

/// What a connection sends for a row of the table; the last message is the one that was timed.
std::vector<Sending> sendings_of(const Row& row) {
  const Sending same{row.message_bytes, 0};
  const Sending after_idling{row.message_bytes, 1.2};
  if (row.connection == "new") return {same};
  if (row.connection == "warm") return {same, same};
  if (row.connection == "warm2k") return {{2000, 0}, same};
  if (row.connection == "idle") return {same, same, after_idling};
  std::vector<Sending> sendings(10, same);
  if (row.connection == "idle10") sendings.push_back(same);
  sendings.push_back(row.connection == "idle10" ? after_idling : same);
  return sendings;
}

/// One connection over the row's path, with nothing of a simulation around it but its transport.
class Conversation final : private EventHandler, private TransportListener {
 public:
  Conversation(const Scenario& scenario, std::vector<Sending> sendings)
      : latency_s_(scenario.network.uplink.latency_s),
        sendings_(std::move(sendings)),
        platform_(scenario, groups_, 0),
        recorder_(scenario, 1),
        outages_(scenario, groups_, 0, events_, recorder_),
        transport_(scenario, groups_, platform_, 0, outages_, events_, requests_, recorder_.uplink(), *this) {
  }

  /// @return how long the last message took
  double run(simgrid::s4u::Engine& engine) {
    events_.schedule(0, *this, 0, 0);
    simgrid_release::actor("horizon", platform_.cloud(),
                           [] { simgrid::s4u::this_actor::sleep_until(kHorizonS); });
    engine.run_until(kHorizonS);
    return took_s_;
  }

 private:
  static constexpr double kHorizonS = 300;

  void on_event(std::uint32_t, std::uint32_t) override {
    RequestRecord record;
    record.message_bytes = static_cast<std::uint32_t>(sendings_[next_++].bytes);
    sent_s_ = events_.now_s();
    transport_.send_up(requests_.add(record));
  }
  void on_sent_up(std::uint32_t) override {}
  void on_arriving_up(std::uint32_t, double arrives_s) override {
    took_s_ = arrives_s - sent_s_;
    if (next_ < sendings_.size())
      events_.schedule(arrives_s + latency_s_ + sendings_[next_].after_answer_s, *this, 0, 0);
  }
  void on_arriving_down(std::uint32_t, double) override {}
  void on_lost(std::uint32_t) override {}

  double latency_s_;
  std::vector<Sending> sendings_;
  std::size_t next_ = 0;
  double sent_s_ = 0;
  double took_s_ = NAN;
  std::vector<std::uint32_t> groups_{0};
  NetworkPlatform platform_;
  EventQueue events_;
  RequestPool requests_;
  Recorder recorder_;
  Outages outages_;
  Transport transport_;
};

double simulated_s(const Row& row) {
  Scenario scenario = probe_scenario(1, 1);
  scenario.network.uplink = row.link;
  scenario.network.connection.handshake_round_trips = 1;
  scenario.network.connection.pacing = false;  // nor did the sender that was measured
  const auto answer = run_in_processes(1, 1, [&](std::size_t) {
    auto& engine = start_engine();
    auto& conversation = *new Conversation(scenario, sendings_of(row));  // ends with its process
    const double took_s = conversation.run(engine);
    return std::string(reinterpret_cast<const char*>(&took_s), sizeof took_s);
  });
  double took_s = 0;
  std::memcpy(&took_s, answer[0].data(), sizeof took_s);
  return took_s;
}

void print(const std::vector<Row>& rows) {
  fmt::print(
      "rate_mbps,latency_ms,buffer_bytes,connection,message_bytes,real_ms,model_ms,error_percent,"
      "retransmitted\n");
  for (const Row& row : rows)
    fmt::print("{:g},{:g},{:g},{},{},{:.3f},{:.3f},{:.2f},{}\n", row.link.bytes_per_s * 8e-6,
               row.link.latency_s * 1e3, row.link.buffer_bytes, row.connection, row.message_bytes,
               row.real_s * 1e3, row.model_s * 1e3, row.error() * 100, row.retransmitted);
}

void summarise(const char* what, const std::vector<Row>& rows, bool with_losses) {
  std::vector<double> errors;
  for (const Row& row : rows)
    if ((row.retransmitted > 0) == with_losses) errors.push_back(std::abs(row.error()));
  if (errors.empty()) return;
  std::sort(errors.begin(), errors.end());
  const auto within = [&](double bound) {
    return std::upper_bound(errors.begin(), errors.end(), bound) - errors.begin();
  };
  fmt::print(stderr,
             "{}: {} rows, {} within 3 %, {} within 6 %, {} within 20 %; median {:.2f} %, worst {:.1f} %\n",
             what, errors.size(), within(0.03), within(0.06), within(0.2), errors[errors.size() / 2] * 100,
             errors.back() * 100);
}

int compare(int tables, char** paths) {
  std::vector<Row> rows;
  for (int i = 0; i < tables; ++i)
    for (Row& row : read_table(paths[i])) {
      row.model_s = simulated_s(row);
      rows.push_back(row);
    }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return std::abs(a.error()) > std::abs(b.error()); });
  print(rows);
  summarise("nothing lost", rows, false);
  summarise("losses", rows, true);
  return 0;
}

}  // namespace
}  // namespace offramp::real_path

int main(int argc, char** argv) {
  try {
    return offramp::real_path::compare(argc - 1, argv + 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "real_path_model: {}\n", error.what());
    return 1;
  }
}
