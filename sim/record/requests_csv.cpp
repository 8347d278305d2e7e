#include "sim/record/requests_csv.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include "sim/record/text_file.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kHeader =
    "replication,request,group,device,image,outcome,exit,correct,answered_by,arrival_s,"
    "device_started_s,device_computed_s,device_encoded_s,{}cloud_received_s,cloud_decoded_s,"
    "cloud_started_s,cloud_computed_s,answered_s,latency_s,payload_bytes,message_bytes,wire_bytes{}\n";
constexpr std::string_view kGatewayStamps =
    "gateway_received_s,gateway_decoded_s,gateway_started_s,gateway_computed_s,";
constexpr std::string_view kAccessBytes = ",access_payload_bytes,access_message_bytes,access_wire_bytes";

std::string_view place_name(const RequestRecord& request) {
  if (request.answered_by == 0) return "device";
  return static_cast<std::size_t>(request.answered_by) == request.cloud_tier() ? "cloud" : "gateway";
}

using Buffer = fmt::memory_buffer;

void add_whole(Buffer& row, std::uint64_t value) {
  const fmt::format_int digits(value);
  row.append(digits.data(), digits.data() + digits.size());
  row.push_back(',');
}

/// Seconds with nine decimals, in whole nanoseconds: five times as fast as formatting a double.
void add_seconds(Buffer& row, double seconds) {
  if (!std::isnan(seconds)) {
    const auto ns = static_cast<std::uint64_t>(std::llround(seconds * 1e9));
    const fmt::format_int whole(ns / 1'000'000'000);
    row.append(whole.data(), whole.data() + whole.size());
    std::array<char, 10> decimals{'.'};
    std::uint64_t rest = ns % 1'000'000'000;
    for (std::size_t i = 9; i > 0; --i, rest /= 10) decimals[i] = static_cast<char>('0' + rest % 10);
    row.append(decimals.data(), decimals.data() + decimals.size());
  }
  row.push_back(',');
}

void add_text(Buffer& row, std::string_view text) {
  row.append(text.data(), text.data() + text.size());
  row.push_back(',');
}

void add_stamps(Buffer& row, const TierStamps& tier) {
  for (const double stamp : {tier.received_s, tier.decoded_s, tier.started_s, tier.computed_s})
    add_seconds(row, stamp);
}

void add_row(Buffer& row, std::size_t replication, const RequestRecord& request, bool with_gateways) {
  const bool answered = request.outcome == Outcome::completed || request.outcome == Outcome::fallen_back;
  add_whole(row, replication);
  add_whole(row, request.id);
  add_whole(row, request.group);
  add_whole(row, request.device);
  add_whole(row, request.image);
  add_text(row, outcome_name(request.outcome));
  if (answered) {
    add_whole(row, static_cast<std::uint64_t>(request.exit));
    add_text(row, request.by_cells ? "" : request.correct ? "1" : "0");
    add_text(row, place_name(request));
  } else {
    add_text(row, ",,");
  }
  add_seconds(row, request.arrival_s);
  const TierStamps& device = request.tiers[0];
  for (const double stamp : {device.started_s, device.computed_s, device.encoded_s}) add_seconds(row, stamp);
  if (with_gateways) add_stamps(row, request.through_gateway ? request.tiers[1] : TierStamps{});
  add_stamps(row, request.tiers[request.cloud_tier()]);
  add_seconds(row, request.answered_s);
  add_seconds(row, answered ? request.latency_s() : kNotPassed);
  add_whole(row, request.payload_bytes);
  add_whole(row, request.message_bytes);
  add_whole(row, request.wire_bytes);
  if (with_gateways)
    for (const std::uint32_t bytes :
         {request.access_payload_bytes, request.access_message_bytes, request.access_wire_bytes})
      add_whole(row, bytes);
  row.data()[row.size() - 1] = '\n';
}

fs::path part_path(const fs::path& directory, std::size_t replication) {
  return directory / fmt::format("requests.csv.{}", replication);
}

}  // namespace

void write_requests_part(const fs::path& directory, std::size_t replication,
                         std::span<const RequestRecord> requests, bool with_gateways) {
  TextFile file(part_path(directory, replication));
  Buffer rows;
  for (const RequestRecord& request : requests) {
    add_row(rows, replication, request, with_gateways);
    if (rows.size() < (1 << 20)) continue;
    file.write({rows.data(), rows.size()});
    rows.clear();
  }
  file.write({rows.data(), rows.size()});
  file.close();
}

void join_requests_parts(const fs::path& directory, std::size_t replications, bool with_gateways) {
  TextFile file(directory / "requests.csv");
  file.write(fmt::format(kHeader, with_gateways ? kGatewayStamps : "", with_gateways ? kAccessBytes : ""));
  for (std::size_t r = 0; r < replications; ++r) {
    const fs::path part = part_path(directory, r);
    file.append_file(part);
    fs::remove(part);
  }
  file.close();
}

}  // namespace offramp
