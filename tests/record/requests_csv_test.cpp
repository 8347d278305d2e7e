#include "sim/record/requests_csv.hpp"

#include <fmt/format.h>

#include <fstream>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  for (const char c : line) {
    if (c == ',')
      cells.emplace_back();
    else
      cells.back() += c;
  }
  return cells;
}

/// The one row that this request makes.
std::string row_of(const RequestRecord& request, bool with_gateways = false) {
  const ScratchDirectory scratch;
  write_requests_part(scratch.path(), 0, std::vector{request}, with_gateways);
  const std::vector<std::string> lines = lines_of(scratch / "requests.csv.0");
  REQUIRE(lines.size() == 1);
  return lines.front();
}

RequestRecord answered_on_device() {
  RequestRecord request;
  request.id = 7;
  request.group = 1;
  request.device = 42;
  request.image = 9999;
  request.outcome = Outcome::completed;
  request.exit = 0;
  request.answered_by = 0;
  request.correct = true;
  request.arrival_s = 1.5;
  request.tiers[0] = {1.5, 1.5, 1.625, 1.75, kNotPassed};
  request.answered_s = 1.75;
  return request;
}

RequestRecord answered_in_cloud() {
  RequestRecord request = answered_on_device();
  request.exit = 2;
  request.answered_by = 1;
  request.correct = false;
  request.tiers[0].encoded_s = 1.875;
  request.tiers[1] = {2, 2.125, 2.25, 2.5, kNotPassed};
  request.answered_s = 3;
  request.payload_bytes = 1000;
  request.message_bytes = 1024;
  request.wire_bytes = 1076;
  return request;
}

/// Only the number of the request matters.
std::vector<RequestRecord> numbered(std::uint64_t from, std::uint64_t to) {
  std::vector<RequestRecord> requests;
  for (std::uint64_t id = from; id < to; ++id) requests.emplace_back().id = id;
  return requests;
}

}  // namespace

TEST_CASE("a request that passed every stage has every cell") {
  CHECK(row_of(answered_in_cloud()) ==
        "0,7,1,42,9999,completed,2,0,cloud,1.500000000,1.625000000,1.750000000,1.875000000,2.000000000,"
        "2.125000000,2.250000000,2.500000000,3.000000000,1.500000000,1000,1024,1076");
}

TEST_CASE("with gateways that compute a row has their stamps and the access link's bytes") {
  RequestRecord request = answered_in_cloud();
  CHECK(row_of(request, true) ==
        "0,7,1,42,9999,completed,2,0,cloud,1.500000000,1.625000000,1.750000000,1.875000000,,,,,2.000000000,"
        "2.125000000,2.250000000,2.500000000,3.000000000,1.500000000,1000,1024,1076,0,0,0");
  request.through_gateway = true;  // tier 1 is the gateway
  request.tiers[2] = {2.625, 2.75, 2.8125, 2.875, kNotPassed};
  request.answered_by = 2;
  request.access_payload_bytes = 2000;
  request.access_message_bytes = 2024;
  request.access_wire_bytes = 2128;
  CHECK(row_of(request, true) ==
        "0,7,1,42,9999,completed,2,0,cloud,1.500000000,1.625000000,1.750000000,1.875000000,2.000000000,"
        "2.125000000,2.250000000,2.500000000,2.625000000,2.750000000,2.812500000,2.875000000,3.000000000,"
        "1.500000000,1000,1024,1076,2000,2024,2128");
  request.answered_by = 1;
  CHECK(cells_of(row_of(request, true)).at(8) == "gateway");

  const ScratchDirectory scratch;
  write_requests_part(scratch.path(), 0, std::vector{request}, true);
  join_requests_parts(scratch.path(), 1, true);
  const std::vector<std::string> lines = lines_of(scratch / "requests.csv");
  CHECK(cells_of(lines[0]).size() == cells_of(lines[1]).size());
  CHECK(cells_of(lines[0]).at(13) == "gateway_received_s");
  CHECK(cells_of(lines[0]).back() == "access_wire_bytes");
}

TEST_CASE("a stage that was not passed is an empty cell") {
  CHECK(row_of(answered_on_device()) ==
        "0,7,1,42,9999,completed,0,1,device,1.500000000,1.625000000,1.750000000,,,,,,1.750000000,0.250000000,"
        "0,0,0");
}

TEST_CASE("a request without an answer has neither exit nor correctness nor latency") {
  RequestRecord dropped = answered_on_device();
  dropped.outcome = Outcome::dropped;
  dropped.exit = -1;
  dropped.answered_by = -1;
  dropped.tiers = {};
  dropped.answered_s = kNotPassed;
  CHECK(row_of(dropped) == "0,7,1,42,9999,dropped,,,,1.500000000,,,,,,,,,,0,0,0");
}

TEST_CASE("seconds are rounded to nine decimals") {
  RequestRecord request = answered_on_device();
  const auto arrival_cell = [&](double arrival_s) {
    request.arrival_s = arrival_s;
    return cells_of(row_of(request)).at(9);
  };
  CHECK(arrival_cell(0) == "0.000000000");
  CHECK(arrival_cell(1e-9) == "0.000000001");
  CHECK(arrival_cell(0.1) == "0.100000000");
  CHECK(arrival_cell(1.2345678916) == "1.234567892");
  CHECK(arrival_cell(0.9999999996) == "1.000000000");  // carries into the seconds
  CHECK(arrival_cell(1e7 + 0.5) == "10000000.500000000");
}

TEST_CASE("every row has as many cells as the header") {
  const ScratchDirectory scratch;
  RequestRecord in_flight = answered_in_cloud();
  in_flight.outcome = Outcome::in_flight;
  in_flight.answered_s = kNotPassed;
  write_requests_part(scratch.path(), 0, std::vector{answered_on_device(), answered_in_cloud(), in_flight});
  join_requests_parts(scratch.path(), 1);
  const std::vector<std::string> lines = lines_of(scratch / "requests.csv");
  REQUIRE(lines.size() == 4);
  const std::vector<std::string> header = cells_of(lines[0]);
  CHECK(header.front() == "replication");
  CHECK(header.back() == "wire_bytes");
  for (const std::string& line : lines) CHECK(cells_of(line).size() == header.size());
}

TEST_CASE("parts are joined in order of replication and removed") {
  const ScratchDirectory scratch;
  write_requests_part(scratch.path(), 2, numbered(50, 52));
  write_requests_part(scratch.path(), 0, numbered(10, 12));
  write_requests_part(scratch.path(), 1, {});  // a replication in which nothing arrived
  join_requests_parts(scratch.path(), 3);
  const std::vector<std::string> lines = lines_of(scratch / "requests.csv");
  std::vector<std::string> names;
  for (std::size_t i = 1; i < lines.size(); ++i)
    names.push_back(fmt::format("{}/{}", cells_of(lines[i]).at(0), cells_of(lines[i]).at(1)));
  CHECK(names == std::vector<std::string>{"0/10", "0/11", "2/50", "2/51"});
  for (const char* part : {"requests.csv.0", "requests.csv.1", "requests.csv.2"})
    CHECK_FALSE(std::filesystem::exists(scratch / part));
}

TEST_CASE("a part larger than the buffers arrives whole") {
  // 50,000 rows of 40 B and more: over 2 MB, in buffers of 1 MiB.
  const ScratchDirectory scratch;
  write_requests_part(scratch.path(), 0, numbered(0, 50'000));
  join_requests_parts(scratch.path(), 1);
  const std::vector<std::string> lines = lines_of(scratch / "requests.csv");
  REQUIRE(lines.size() == 50'001);
  bool in_order = true;
  for (std::size_t i = 1; i < lines.size(); ++i)
    in_order = in_order && cells_of(lines[i]).at(1) == std::to_string(i - 1);
  CHECK(in_order);
}

TEST_CASE("a part that is missing is told") {
  const ScratchDirectory scratch;
  write_requests_part(scratch.path(), 0, numbered(0, 1));
  CHECK_THROWS_AS(join_requests_parts(scratch.path(), 2), UserError);
}
