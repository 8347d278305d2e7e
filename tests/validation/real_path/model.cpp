#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "sim/platform/message_size.hpp"
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
  double new_s = 0;  ///< the same message on a new connection
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
  double new_s = 0;
  while (std::getline(file, line)) {
    auto cells = read_line(header, line);
    Row row;
    row.connection = cells.at("connection");
    row.link = {std::stod(cells.at("rate_mbps")) * 1e6 / 8, std::stod(cells.at("latency_ms")) * 1e-3,
                std::stod(cells.at("buffer_bytes"))};
    row.message_bytes = std::stoull(cells.at("message_bytes"));
    row.real_s = std::stod(cells.at("median_ms")) * 1e-3;
    row.retransmitted = std::stoi(cells.at("retransmitted"));
    if (row.connection == "new") new_s = row.real_s;
    row.new_s = new_s;
    if (row.message_bytes > kFrameBytes) rows.push_back(row);
  }
  return rows;
}

/// Which message of a connection, and how long after the last one's start each begins. The one before the
/// idle time is itself an idle one here: arrivals are periodic.
struct Sending {
  std::size_t message;
  double every_s;
};

Sending sending_of(const Row& row) {
  const double soon_s = std::max(row.new_s, row.real_s) + 1.5 * row.link.latency_s + 0.005;
  if (row.connection == "new") return {0, soon_s};
  if (row.connection == "warm") return {1, soon_s};
  if (row.connection == "warm10") return {10, soon_s};
  return {2, row.real_s + 1.2};
}

double simulated_s(const Row& row) {
  const Sending sending = sending_of(row);
  Scenario scenario = probe_scenario(1, 1 / sending.every_s);
  scenario.duration_s = static_cast<double>(sending.message + 3) * sending.every_s;
  scenario.devices[0].arrivals.process = ArrivalSpec::Process::periodic;
  scenario.network.uplink = row.link;
  scenario.network.connection.handshake_round_trips = 1;
  const ProbeProfile probe({false}, static_cast<std::uint32_t>(row.message_bytes - kFrameBytes));
  const Replication run = simulate_apart(scenario, probe.profile());
  const RequestRecord& request = run.requests.at(sending.message);
  return request.tiers[1].received_s - request.tiers[0].encoded_s;
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
      if (row.connection == "warm2k") continue;  // a profile's images all have one size here
      if (row.connection == "idle10") continue;
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
