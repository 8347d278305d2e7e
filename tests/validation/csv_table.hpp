#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace offramp::validation {

/// One line of a comma-separated table, by the names in its first line.
class CsvRow {
 public:
  explicit CsvRow(std::map<std::string, std::string> cells) : cells_(std::move(cells)) {}
  /// @throws std::runtime_error naming the column when it is absent or no number
  double number(const std::string& column) const;
  const std::string& text(const std::string& column) const;
  /// An empty cell says that there is no such number.
  bool has(const std::string& column) const { return !text(column).empty(); }

 private:
  std::map<std::string, std::string> cells_;
};

/// @throws std::runtime_error naming the file when it cannot be read or a line has too few or many cells
std::vector<CsvRow> read_csv(const std::filesystem::path& file);

}  // namespace offramp::validation
