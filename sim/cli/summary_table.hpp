#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace offramp {

/// summary.json of a run and of those it is compared with, as a table for people: a row a figure, a column a
/// summary, half widths of 95 % intervals behind the values.
std::string summary_table(const std::vector<nlohmann::ordered_json>& summaries);

}  // namespace offramp
