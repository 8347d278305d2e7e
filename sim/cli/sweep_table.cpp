#include "sim/cli/sweep_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

using Json = nlohmann::ordered_json;

std::string cell(const std::optional<Estimate>& estimate) {
  if (!estimate) return "-";
  if (!estimate->ci95) return fmt::format("{:.4g}", estimate->value);
  return fmt::format("{:.4g} ±{:.1g}", estimate->value, (estimate->ci95->second - estimate->ci95->first) / 2);
}

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

const std::vector<std::string>& usual_metrics() {
  static const std::vector<std::string> metrics{"latency_s.p95", "accuracy.top1",
                                                "uplink.payload_bytes_per_request", "energy_j.per_request"};
  return metrics;
}

std::string sweep_table(const StoredSweep& stored, const std::vector<std::string>& metrics) {
  std::vector<std::vector<std::string>> rows(1);
  rows[0] = stored.parameters;
  std::vector<std::size_t> columns;
  for (const std::string& metric : metrics) {
    const std::optional<std::size_t> column = stored.find_metric(metric);
    if (!column)
      throw UserError(Place{"--show " + metric}, "is no figure" + suggestion(metric, stored.metrics));
    columns.push_back(*column);
    rows[0].push_back(metric);
  }
  for (const StoredSweep::Point& point : stored.points) {
    std::vector<std::string>& row = rows.emplace_back(point.values);
    for (const std::size_t column : columns) row.push_back(cell(StoredSweep::estimate(point, column)));
    if (!point.errors.empty()) row.push_back(fmt::format("failed: {}", point.errors.front()));
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));
  std::string table;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::size_t pad = c < widths.size() ? widths[c] - std::min(widths[c], display_width(row[c])) : 0;
      line += (c == 0 ? "" : "  ") + std::string(pad, ' ') + row[c];
    }
    table += line + '\n';
  }
  return table;
}

Json sweep_json(const StoredSweep& stored) {
  Json points = Json::array();
  for (const StoredSweep::Point& point : stored.points) {
    Json entry = {{"point", point.number}, {"parameters", Json::object()}};
    for (std::size_t p = 0; p < stored.parameters.size(); ++p)
      entry["parameters"][stored.parameters[p]] = point.values[p];
    entry["replications"] = point.figures.size();
    for (std::size_t m = 0; m < stored.metrics.size(); ++m) {
      const std::optional<Estimate> estimate = StoredSweep::estimate(point, m);
      if (!estimate) {
        entry[stored.metrics[m]] = nullptr;
        continue;
      }
      Json ci = nullptr;
      if (estimate->ci95) ci = {estimate->ci95->first, estimate->ci95->second};
      entry[stored.metrics[m]] = {{"value", estimate->value}, {"ci95", ci}};
    }
    if (!point.errors.empty()) entry["error"] = point.errors.front();
    points.push_back(std::move(entry));
  }
  return points;
}

}  // namespace offramp
