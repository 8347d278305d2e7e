#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace offramp {

/// Draws figures by analysis/figures/plot.py, which says what its options are.
/// @param study  what is drawn and how its scenarios differ (sim/cli/study.hpp)
/// @return its exit code; it has said on standard error what is wrong
int draw_figures(const nlohmann::ordered_json& study, const std::vector<std::string>& arguments);

/// The figures of a run that has just been made, as SVG and PNG, into its figures/.
int draw_run(const std::filesystem::path& directory);

/// Writes a page about a run or a sweep by analysis/report/report.py.
/// @param study  with what the page needs beside it (sim/cli/report.cpp)
/// @param directory  of the run; empty for a sweep
/// @return as draw_figures
int write_report(const nlohmann::ordered_json& study, const std::filesystem::path& page,
                 const std::filesystem::path& directory);

}  // namespace offramp
