#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace offramp {

/// A figure of the table: its title, indented where it is a part of the one above, and a cell a summary.
struct SummaryRow {
  std::string title;
  std::vector<std::string> cells;
};
std::vector<SummaryRow> summary_rows(const std::vector<nlohmann::ordered_json>& summaries);

/// What of these summaries cannot do what it is asked for, in plain words, a line each.
std::vector<std::string> overload_notes(const std::vector<nlohmann::ordered_json>& summaries);

/// summary.json of a run and of those it is compared with, as a table for people: a row a figure, a column a
/// summary, half widths of 95 % intervals behind the values.
std::string summary_table(const std::vector<nlohmann::ordered_json>& summaries);

}  // namespace offramp
