#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/sweep/sqlite.hpp"
#include "sim/sweep/sweep.hpp"

namespace offramp {

/// What `meta` says of a store's format.
inline constexpr const char* kSweepFormat = "offramp-sweep-1";

/// A column of `results`: the figure's dotted name, and its type in SQLite.
struct FigureColumn {
  std::string name;
  std::string type;
};

/// The figures that replications of this sweep have: those of any of its scenarios, and of `stability`.
std::vector<FigureColumn> figure_columns(const Sweep& sweep);

/// Makes the tables of a store (ResultStore says which), or checks those that are there and adds columns that
/// are missing.
/// @throws UserError when the database is no store, of another format, or of a sweep over other parameters
void make_sweep_tables(Database& database, const Sweep& sweep, const std::vector<FigureColumn>& figures);

/// Whether a parameter's column says what the seed is, so that `results` has no other.
bool varies_seed(const Sweep& sweep);

std::vector<std::string> column_names(Database& database, const std::string& table);
/// What `meta` has under a key; empty when it has nothing.
std::string meta_value(Database& database, const std::string& key);
bool has_table(Database& database, const std::string& name);
/// Names as a list of columns.
std::string quoted_list(const std::vector<std::string>& names);
/// The file in a sweep's directory, or the file itself.
std::filesystem::path store_file(const std::filesystem::path& directory);

}  // namespace offramp
