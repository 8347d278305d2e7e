#include "sim/sweep/sweep_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "sim/core/error.hpp"
#include "sim/record/recorder.hpp"
#include "sim/sweep/result_store.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::array kResources{"device", "access", "gateway", "uplink", "cloud", "downlink"};

/// The figures that replications of this sweep have: those of any of its scenarios.
std::vector<Metric> metrics_of(const Sweep& sweep) {
  std::size_t most = 0;
  for (const SweepPoint& point : sweep.points)
    for (const DeviceGroup& group : point.scenario.devices) most = std::max(most, group.model.num_exits);
  // Scenarios differ in their figures by their exits and by the settings that devices adapt with.
  const Scenario* widest = nullptr;
  for (const SweepPoint& point : sweep.points)
    if (widest == nullptr || most_settings(point.scenario) > most_settings(*widest)) widest = &point.scenario;
  return Recorder(*widest, most).result().metrics;
}

}  // namespace

std::vector<FigureColumn> figure_columns(const Sweep& sweep) {
  std::vector<FigureColumn> figures;
  for (const Metric& metric : metrics_of(sweep))
    figures.push_back({metric.name, metric.kind == Metric::Kind::count ? "INTEGER" : "REAL"});
  figures.push_back({"stability.stable", "INTEGER"});
  figures.push_back({"stability.bottleneck", "TEXT"});
  for (const char* resource : kResources)
    figures.push_back({fmt::format("stability.load.{}", resource), "REAL"});
  return figures;
}

std::vector<std::string> column_names(Database& database, const std::string& table) {
  std::vector<std::string> names;
  for (Statement info(database, fmt::format("PRAGMA table_info({})", table)); info.step();)
    names.push_back(info.text(1));
  return names;
}

std::string meta_value(Database& database, const std::string& key) {
  Statement statement(database, "SELECT value FROM meta WHERE key = ?");
  statement.bind(0, key);
  return statement.step() ? statement.text(0) : std::string();
}

bool has_table(Database& database, const std::string& name) {
  Statement statement(database, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  statement.bind(0, name);
  return statement.step();
}

bool varies_seed(const Sweep& sweep) {
  return std::find(sweep.parameters.begin(), sweep.parameters.end(), "seed") != sweep.parameters.end();
}

fs::path store_file(const fs::path& directory) {
  return fs::is_directory(directory) ? directory / ResultStore::kFileName : directory;
}

void make_sweep_tables(Database& database, const Sweep& sweep, const std::vector<FigureColumn>& figures) {
  const bool is_new = !has_table(database, "meta");
  const char* const sampling =
      "CREATE TABLE IF NOT EXISTS image_sampling (point INTEGER, metric TEXT, standard_error REAL, "
      "PRIMARY KEY (point, metric)) WITHOUT ROWID";
  if (is_new && has_table(database, "results"))
    throw UserError(Place{database.file().string()},
                    "is a database, but no sweep's; name another place with --out");
  database.execute(sampling);
  if (is_new) {
    std::string columns = varies_seed(sweep) ? "" : ", seed INTEGER";
    for (const std::string& parameter : sweep.parameters)
      columns += fmt::format(", {}", quoted_name(parameter));
    for (const auto& [name, type] : figures) columns += fmt::format(", {} {}", quoted_name(name), type);
    database.execute(
        fmt::format("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"
                    "CREATE TABLE points (point INTEGER PRIMARY KEY, key TEXT UNIQUE, scenario TEXT);"
                    "CREATE TABLE tries (point INTEGER, replication INTEGER, try INTEGER, error TEXT, wall_s "
                    "REAL, loop_s REAL, "
                    "setup_s REAL, finished TEXT, host TEXT, build TEXT, PRIMARY KEY (point, replication, "
                    "try)) WITHOUT ROWID;"
                    "CREATE TABLE results (point INTEGER, replication INTEGER{}, error TEXT, "
                    "PRIMARY KEY (point, replication)) WITHOUT ROWID",
                    columns));
    Statement insert(database, "INSERT INTO meta VALUES (?, ?)");
    insert.bind(0, std::string("format")).bind(1, std::string(kSweepFormat)).run();
    insert.bind(0, std::string("name")).bind(1, sweep.name).run();
    insert.bind(0, std::string("parameters"))
        .bind(1, fmt::format("{}", fmt::join(sweep.parameters, "\n")))
        .run();
    return;
  }
  if (meta_value(database, "format") != kSweepFormat)
    throw UserError(Place{database.file().string()},
                    fmt::format("has the format \"{}\", not \"{}\"; name another place with --out",
                                meta_value(database, "format"), kSweepFormat));
  const std::string parameters = fmt::format("{}", fmt::join(sweep.parameters, "\n"));
  if (meta_value(database, "parameters") != parameters) {
    std::string held = meta_value(database, "parameters");
    std::replace(held.begin(), held.end(), '\n', ' ');
    throw UserError(
        Place{database.file().string()},
        fmt::format("holds a sweep over other parameters ({}); name another place with --out", held));
  }
  const std::vector<std::string> there = column_names(database, "results");
  for (const auto& [name, type] : figures)
    if (std::find(there.begin(), there.end(), name) == there.end())
      database.execute(fmt::format("ALTER TABLE results ADD COLUMN {} {}", quoted_name(name), type));
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(quoted_name(name));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

}  // namespace offramp
