#include "sim/cli/summary_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

/// A row: its title, where its figure is, and what to multiply it by for its unit.
struct Row {
  std::string title;
  std::string pointer;
  double scale = 1;
  int decimals = 2;
};

/// A count that is 0 in most scenarios is shown where any of the columns has it.
bool any_counts(const std::vector<Json>& summaries, const char* pointer) {
  return std::any_of(summaries.begin(), summaries.end(),
                     [&](const Json& s) { return s[Json::json_pointer(pointer)] != 0; });
}

std::vector<Row> rows_for(const std::vector<Json>& summaries) {
  const Json& summary = summaries.front();
  std::vector<Row> rows = {{"requests offered", "/requests/offered", 1, 0}};
  if (any_counts(summaries, "/requests/fallen_back"))
    rows.push_back({"  answered by the device after a timeout", "/requests/fallen_back", 1, 0});
  rows.push_back({"  dropped", "/requests/dropped", 1, 0});
  if (any_counts(summaries, "/requests/lost")) rows.push_back({"  lost", "/requests/lost", 1, 0});
  rows.push_back({"  in flight at the end", "/requests/in_flight", 1, 0});
  const bool classes = !summary.contains("count_mae") || !summary["accuracy"]["top1"].is_null();
  if (classes) rows.push_back({"accuracy, %", "/accuracy/top1", 100, 2});
  if (summary.contains("count_mae")) {
    rows.push_back({"people off a frame", "/count_mae", 1, 3});
    rows.push_back({"  if the cloud had answered all", "/count_mae_cloud", 1, 3});
    rows.push_back({"F1 of cells", "/cell_f1", 1, 4});
    rows.push_back({"cells left to the cloud, %", "/cloud_cell_ratio", 100, 2});
  }
  if (!summary["deadline"]["met_share"].is_null())
    rows.push_back({"in time, %", "/deadline/met_share", 100, 2});
  if (!summary["accuracy"]["in_time"].is_null()) {
    rows.push_back({"  of these right, %", "/deadline/met_accuracy", 100, 2});
    rows.push_back({"  right and in time, %", "/accuracy/in_time", 100, 2});
  }
  if (summary.contains("count_mae_in_time") && !summary["count_mae_in_time"].is_null()) {
    rows.push_back({"  people off a frame, late ones unseen", "/count_mae_in_time", 1, 3});
    rows.push_back({"  F1 of cells, late ones unseen", "/cell_f1_in_time", 1, 4});
  }
  for (std::size_t e = 0; e < summary["exits"].size(); ++e) {
    const std::string where = summary["exits"][e]["where"];
    rows.push_back(
        {fmt::format("answered at exit {} ({}), %", e, where), fmt::format("/exits/{}/share", e), 100, 1});
    if (classes) rows.push_back({"  of these right, %", fmt::format("/exits/{}/accuracy", e), 100, 2});
  }
  const std::vector<Row> rest = {
      {"latency mean, ms", "/latency_s/mean", 1e3, 2},
      {"  p50, ms", "/latency_s/p50", 1e3, 2},
      {"  p95, ms", "/latency_s/p95", 1e3, 2},
      {"  p99, ms", "/latency_s/p99", 1e3, 2},
      {"uplink payload a request, B", "/uplink/payload_bytes_per_request", 1, 1},
      {"uplink rate mean, Mbit/s", "/uplink/rate_bps/mean", 1e-6, 3},
      {"  p95 of 1 s windows, Mbit/s", "/uplink/rate_bps/p95", 1e-6, 3},
      {"uplink utilization, %", "/uplink/utilization", 100, 1},
      {"gateway utilization, %", "/gateway/utilization", 100, 1},
      {"cloud utilization, %", "/cloud/utilization", 100, 1},
      {"energy a request, mJ", "/energy_j/per_request", 1e3, 2},
      {"  devices, mJ", "/energy_j/edge_per_request", 1e3, 2},
      {"  radios and links, mJ", "/energy_j/network_per_request", 1e3, 2},
      {"  gateways, mJ", "/energy_j/gateway_per_request", 1e3, 2},
      {"  cloud, mJ", "/energy_j/cloud_per_request", 1e3, 2},
  };
  const bool gateways_compute = !summary.value(Json::json_pointer("/gateway/utilization"), Json()).is_null();
  for (const Row& row : rest)
    if (gateways_compute || row.pointer.find("/gateway") == std::string::npos) rows.push_back(row);
  if (summary.contains("transfer_rate_bps"))
    for (const auto& [whose, title] : {std::pair{"all", "all devices"}, std::pair{"device", "one device"}})
      for (const auto& [window, length] :
           {std::pair{"window_100ms", "0.1"}, std::pair{"window_1s", "1"}, std::pair{"window_10s", "10"}}) {
        const std::string of = fmt::format("/transfer_rate_bps/{}/{}/", whose, window);
        rows.push_back({fmt::format("{} over {} s: p95, Mbit/s", title, length), of + "p95", 1e-6, 3});
        rows.push_back({"  p99, Mbit/s", of + "p99", 1e-6, 3});
        rows.push_back({"  peak, Mbit/s", of + "peak", 1e-6, 3});
      }
  return rows;
}

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t value) {
  if (value < 1000) return fmt::format("{}", value);
  return fmt::format("{},{:03}", grouped(value / 1000), value % 1000);
}

std::string cell(const Json& summary, const Row& row) {
  const Json::json_pointer pointer(row.pointer);
  if (!summary.contains(pointer)) return "-";
  const Json& figure = summary[pointer];
  if (figure.is_null()) return "-";
  if (figure.is_number()) return grouped(figure.get<std::uint64_t>());
  const std::string value = fmt::format("{:.{}f}", figure["value"].get<double>() * row.scale, row.decimals);
  if (figure["ci95"].is_null()) return value;
  const double half_width = (figure["ci95"][1].get<double>() - figure["ci95"][0].get<double>()) / 2;
  return fmt::format("{} ±{:.{}f}", value, half_width * row.scale, row.decimals);
}

/// Columns on a terminal: what is not an UTF-8 continuation byte.
std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, display_width(text)), ' ') + text;
}

/// What cannot do what it is asked for, in plain words.
void add_overload_notes(const Json& summary, std::vector<std::string>& notes) {
  const Json& stability = summary["stability"];
  const std::string label = summary["label"];
  if (!stability.is_null() && !stability["stable"].get<bool>()) {
    const std::string bottleneck = stability["bottleneck"];
    notes.push_back(fmt::format(
        "{}: unstable: the {} is asked for {:.0f} % of what it can do. Queues grow until they are full; "
        "latencies say how long the run and its queues are, not how fast the system is.",
        label, bottleneck, 100 * stability["load"][bottleneck].get<double>()));
    return;
  }
  const auto note = [&](const char* pointer, const char* what) {
    const Json figure = summary.value(Json::json_pointer(pointer), Json());
    if (!figure.is_null() && figure["value"].get<double>() > 0.97)
      notes.push_back(
          fmt::format("{}: the {} is saturated ({:.1f} % busy); latencies are those of a growing queue.",
                      label, what, 100 * figure["value"].get<double>()));
  };
  note("/uplink/utilization", "uplink");
  note("/gateway/utilization", "gateway");
  note("/cloud/utilization", "cloud");
}

}  // namespace

std::vector<SummaryRow> summary_rows(const std::vector<Json>& summaries) {
  std::vector<SummaryRow> rows;
  for (const Row& row : rows_for(summaries)) {
    SummaryRow& filled = rows.emplace_back(SummaryRow{row.title, {}});
    for (const Json& summary : summaries) filled.cells.push_back(cell(summary, row));
  }
  return rows;
}

std::vector<std::string> overload_notes(const std::vector<Json>& summaries) {
  std::vector<std::string> notes;
  for (const Json& summary : summaries) add_overload_notes(summary, notes);
  return notes;
}

std::string summary_table(const std::vector<Json>& summaries) {
  std::vector<SummaryRow> rows = summary_rows(summaries);
  SummaryRow head;
  for (const Json& summary : summaries) head.cells.push_back(summary["label"]);
  rows.insert(rows.begin(), head);
  std::size_t title_width = 0;
  std::vector<std::size_t> widths(summaries.size(), 0);
  for (const SummaryRow& row : rows) {
    title_width = std::max(title_width, row.title.size());
    for (std::size_t c = 0; c < widths.size(); ++c)
      widths[c] = std::max(widths[c], display_width(row.cells[c]));
  }
  std::string table;
  for (const SummaryRow& row : rows) {
    table += fmt::format("{:<{}}", row.title, title_width);
    for (std::size_t c = 0; c < widths.size(); ++c) table += "   " + padded(row.cells[c], widths[c]);
    table += '\n';
  }
  for (const std::string& note : overload_notes(summaries)) table += note + '\n';
  return table;
}

}  // namespace offramp
