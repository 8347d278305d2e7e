#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace offramp::validation {

/// A table on the terminal, and the same as CSV.
class PrintedTable {
 public:
  /// @param columns  one name a column; what the CSV has too
  PrintedTable(std::string title, std::vector<std::string> columns);
  void add(std::vector<std::string> cells);
  /// Prints it with its title and writes DIR/NAME.csv.
  void show(const std::filesystem::path& folder, const std::string& name) const;

 private:
  std::string title_;
  std::vector<std::vector<std::string>> lines_;
};

/// "12.34", or nothing where there is no such number.
std::string milliseconds(double seconds);
/// "+4.1 %" of what was found against what is right.
std::string error(double found, double right);

}  // namespace offramp::validation
