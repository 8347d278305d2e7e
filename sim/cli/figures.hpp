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

}  // namespace offramp
