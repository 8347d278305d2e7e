#include "tests/validation/printed_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

namespace offramp::validation {

PrintedTable::PrintedTable(std::string title, std::vector<std::string> columns)
    : title_(std::move(title)), lines_{std::move(columns)} {}

void PrintedTable::add(std::vector<std::string> cells) {
  if (cells.size() != lines_.front().size()) throw std::logic_error("one cell a column");
  lines_.push_back(std::move(cells));
}

void PrintedTable::show(const std::filesystem::path& folder, const std::string& name) const {
  std::vector<std::size_t> widths(lines_.front().size(), 0);
  for (const auto& line : lines_)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::filesystem::create_directories(folder);
  std::ofstream csv(folder / (name + ".csv"));
  fmt::print("\n{}\n\n", title_);
  for (const auto& line : lines_) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      fmt::print("{}{:>{}}", i == 0 ? "" : "  ", line[i], widths[i]);
      csv << (i == 0 ? "" : ",") << line[i];
    }
    fmt::print("\n");
    csv << "\n";
  }
}

std::string milliseconds(double seconds) {
  return std::isnan(seconds) ? "" : fmt::format("{:.2f}", 1e3 * seconds);
}

std::string error(double found, double right) {
  return std::isnan(found) || std::isnan(right) ? "" : fmt::format("{:+.1f}%", 100 * (found / right - 1));
}

}  // namespace offramp::validation
