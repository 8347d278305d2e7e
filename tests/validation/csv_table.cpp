#include "tests/validation/csv_table.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <fstream>
#include <stdexcept>

namespace offramp::validation {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  for (const char c : line)
    if (c == ',')
      cells.emplace_back();
    else
      cells.back() += c;
  return cells;
}

}  // namespace

const std::string& CsvRow::text(const std::string& column) const {
  const auto cell = cells_.find(column);
  if (cell == cells_.end()) throw std::runtime_error(fmt::format("no column {}", column));
  return cell->second;
}

double CsvRow::number(const std::string& column) const {
  const std::string& cell = text(column);
  std::size_t read = 0;
  const double value = cell.empty() ? 0 : std::stod(cell, &read);
  if (cell.empty() || read != cell.size())
    throw std::runtime_error(fmt::format("column {}: \"{}\" is no number", column, cell));
  return value;
}

std::vector<CsvRow> read_csv(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) throw std::runtime_error(fmt::format("{}: cannot be read", file.string()));
  const std::vector<std::string> names = cells_of(line);
  std::vector<CsvRow> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != names.size())
      throw std::runtime_error(
          fmt::format("{}:{}: {} cells, not {}", file.string(), rows.size() + 2, cells.size(), names.size()));
    std::map<std::string, std::string> named;
    for (std::size_t i = 0; i < names.size(); ++i) named[names[i]] = cells[i];
    rows.emplace_back(std::move(named));
  }
  return rows;
}

}  // namespace offramp::validation
