#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace offramp {

/// What figures and reports show together, as analysis/figures/study.py reads it: runs side by side (each
/// with its comparisons), and how their scenarios differ.
/// @param filters  conditions on what differs; runs that do not fulfil them are left out
/// @param kept  the directories that are left, in their order
/// @throws UserError when a directory holds no run, a filter is none, or none is left
nlohmann::ordered_json study_of_runs(const std::vector<std::filesystem::path>& directories,
                                     const std::vector<std::string>& filters,
                                     std::vector<std::filesystem::path>& kept);

/// The points of a sweep, with the estimates of all figures.
/// @param directory  of the sweep, or its file
/// @param filters  conditions on parameters and figures ("devices.0.count <= 200 or accuracy.top1 > 0.9")
/// @throws UserError when it is no sweep, a filter is none, or no point is left
nlohmann::ordered_json study_of_sweep(const std::filesystem::path& directory,
                                      const std::vector<std::string>& filters);

/// Whether a directory (or file) holds a sweep.
bool holds_sweep(const std::filesystem::path& path);

}  // namespace offramp
