#include "sim/record/replications_csv.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',')
      cells.emplace_back();
    else
      cells.back() += c;
  }
  return cells;
}

}  // namespace

ReplicationTable replication_table(std::span<const ReplicationResult> replications) {
  ReplicationTable table;
  for (const Metric& metric : replications.front().metrics) table.metrics.push_back(metric.name);
  table.values.resize(table.metrics.size());
  for (const ReplicationResult& replication : replications)
    for (std::size_t m = 0; m < table.values.size(); ++m)
      table.values[m].push_back(replication.metrics[m].value);
  return table;
}

std::string replications_csv(const ReplicationTable& table) {
  fmt::memory_buffer csv;
  const auto out = std::back_inserter(csv);
  fmt::format_to(out, "replication");
  for (const std::string& metric : table.metrics) fmt::format_to(out, ",{}", metric);
  fmt::format_to(out, "\n");
  for (std::size_t r = 0; r < table.replications(); ++r) {
    fmt::format_to(out, "{}", r);
    for (const std::vector<double>& values : table.values) {
      if (std::isnan(values[r]))
        fmt::format_to(out, ",");
      else
        fmt::format_to(out, ",{}", values[r]);
    }
    fmt::format_to(out, "\n");
  }
  return {csv.data(), csv.size()};
}

ReplicationTable read_replications_csv(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "replications.csv";
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line))
    throw UserError(Place{path.string()}, "cannot be read; make the run again with: offramp run");
  ReplicationTable table;
  table.metrics = cells_of(line);
  table.metrics.erase(table.metrics.begin());
  table.values.resize(table.metrics.size());
  for (int number = 2; std::getline(in, line); ++number) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != table.metrics.size() + 1)
      throw UserError(Place{path.string(), number},
                      fmt::format("{} cells; the header has {}", cells.size(), table.metrics.size() + 1));
    for (std::size_t m = 0; m < table.metrics.size(); ++m) {
      const std::string& cell = cells[m + 1];
      double value = std::numeric_limits<double>::quiet_NaN();
      const char* end = cell.data() + cell.size();
      if (!cell.empty())
        if (const auto [stop, error] = std::from_chars(cell.data(), end, value);
            error != std::errc{} || stop != end)
          throw UserError(Place{path.string(), number}, fmt::format("\"{}\" is not a number", cell));
      table.values[m].push_back(value);
    }
  }
  return table;
}

}  // namespace offramp
