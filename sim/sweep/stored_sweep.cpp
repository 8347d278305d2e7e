#include "sim/sweep/stored_sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/sweep_tables.hpp"

namespace offramp {
namespace fs = std::filesystem;

std::optional<Estimate> StoredSweep::estimate(const Point& point, std::size_t metric) {
  std::vector<double> values;
  for (const std::vector<double>& replication : point.figures) values.push_back(replication[metric]);
  std::optional<Estimate> estimate = estimate_mean(values);
  if (estimate) widen95(*estimate, point.sampling_errors[metric]);
  return estimate;
}

std::optional<std::size_t> StoredSweep::find_metric(const std::string& metric) const {
  const auto found = std::find(metrics.begin(), metrics.end(), metric);
  return found == metrics.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - metrics.begin()));
}

StoredSweep read_stored_sweep(const fs::path& directory) {
  const fs::path file = store_file(directory);
  if (!fs::exists(file))
    throw UserError(Place{directory.string()},
                    fmt::format("holds no {}; make one with: offramp sweep", ResultStore::kFileName));
  Database database(file, Database::Mode::read);
  if (!has_table(database, "meta") || meta_value(database, "format") != kSweepFormat)
    throw UserError(Place{file.string()}, "is no store of a sweep");
  StoredSweep stored;
  stored.name = meta_value(database, "name");
  const std::string parameters = meta_value(database, "parameters");
  for (std::size_t begin = 0; begin < parameters.size();) {
    const std::size_t end = std::min(parameters.find('\n', begin), parameters.size());
    stored.parameters.push_back(parameters.substr(begin, end - begin));
    begin = end + 1;
  }
  std::vector<std::string> names = column_names(database, "results");
  std::erase_if(names, [&](const std::string& name) {
    return name == "point" || name == "replication" || name == "seed" || name == "error" ||
           name == "stability.bottleneck" ||
           std::find(stored.parameters.begin(), stored.parameters.end(), name) != stored.parameters.end();
  });
  stored.metrics = names;
  const int figures = static_cast<int>(stored.metrics.size());
  const int values = static_cast<int>(stored.parameters.size());
  std::vector<std::string> wanted{"point", "error"};
  wanted.insert(wanted.end(), stored.parameters.begin(), stored.parameters.end());
  wanted.insert(wanted.end(), names.begin(), names.end());
  for (Statement rows(database,
                      fmt::format("SELECT {} FROM results ORDER BY point, replication", quoted_list(wanted)));
       rows.step();) {
    if (stored.points.empty() || stored.points.back().number != rows.whole(0)) {
      StoredSweep::Point& point = stored.points.emplace_back();
      point.number = rows.whole(0);
      for (int v = 0; v < values; ++v) point.values.push_back(rows.text(2 + v));
    }
    StoredSweep::Point& point = stored.points.back();
    if (!rows.is_null(1)) {
      point.errors.push_back(rows.text(1));
      continue;
    }
    std::vector<double>& row = point.figures.emplace_back();
    for (int f = 0; f < figures; ++f) row.push_back(rows.number(2 + values + f));
  }
  std::map<std::int64_t, StoredSweep::Point*> by_number;
  for (StoredSweep::Point& point : stored.points) {
    point.sampling_errors.assign(stored.metrics.size(), 0);
    by_number[point.number] = &point;
  }
  if (has_table(database, "image_sampling"))
    for (Statement errors(database, "SELECT point, metric, standard_error FROM image_sampling");
         errors.step();) {
      const auto at = by_number.find(errors.whole(0));
      const std::optional<std::size_t> metric = stored.find_metric(errors.text(1));
      if (at != by_number.end() && metric) at->second->sampling_errors[*metric] = errors.number(2);
    }
  return stored;
}

std::map<std::int64_t, std::string> stored_scenarios(const fs::path& directory) {
  Database database(store_file(directory), Database::Mode::read);
  std::map<std::int64_t, std::string> scenarios;
  for (Statement rows(database, "SELECT point, scenario FROM points"); rows.step();)
    scenarios[rows.whole(0)] = rows.text(1);
  return scenarios;
}

std::vector<std::string> stored_builds(const fs::path& directory) {
  Database database(store_file(directory), Database::Mode::read);
  std::vector<std::string> builds;
  for (Statement rows(database, "SELECT DISTINCT build FROM tries WHERE error IS NULL ORDER BY build");
       rows.step();)
    builds.push_back(rows.text(0));
  return builds;
}

std::string results_csv(const fs::path& directory) {
  Database database(store_file(directory), Database::Mode::read);
  Statement rows(database, "SELECT * FROM results ORDER BY point, replication");
  fmt::memory_buffer csv;
  const auto cell = [&](const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos)
      fmt::format_to(std::back_inserter(csv), "{}", text);
    else
      fmt::format_to(std::back_inserter(csv), "{}", quoted_name(text));
  };
  const auto line = [&](const auto& write) {
    for (int c = 0; c < rows.columns(); ++c) {
      if (c > 0) csv.push_back(',');
      write(c);
    }
    csv.push_back('\n');
  };
  line([&](int c) { cell(rows.name(c)); });
  while (rows.step())
    line([&](int c) {
      if (!rows.is_null(c)) cell(rows.text(c));
    });
  return {csv.data(), csv.size()};
}

}  // namespace offramp
