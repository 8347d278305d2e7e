#pragma once

#include <filesystem>
#include <vector>

namespace offramp {

/// Draws the figures of run directories into their figures/, by analysis/figures/plot.py.
/// @return its exit code; it has said on standard error what is wrong
int draw_figures(const std::vector<std::filesystem::path>& directories);

}  // namespace offramp
