#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "models/nets/branchy_network.hpp"

namespace offramp {

/// Rounds kernels and matrices, so that save_weights needs less room for them: to 16-bit floats, or to 127
/// steps each way with a scale for each output channel. Biases, norms and buffers stay as they are. Call it
/// before anything is said about the weights.
/// @param bits  16 or 8
void round_weights(BranchyNetwork& network, int bits);

/// Writes parameters and buffers under their registered names, in one atomic step: as i8 with NAME.scale
/// (f32, one a row) or as f16 what loses nothing by it, else as f32 (counters of buffers as i64).
/// @param metadata  strings kept with them
/// @throws UserError when the file cannot be written
void save_weights(const std::filesystem::path& path, const BranchyNetwork& network,
                  const std::map<std::string, std::string>& metadata);

/// Fills the network from a file. @return its metadata
/// @throws UserError naming every tensor that is missing, foreign, or of another shape or type
std::map<std::string, std::string> load_weights(const std::filesystem::path& path, BranchyNetwork& network);

/// Fills those tensors of the network that the file has under their name, less `prefix`, in the same shape.
/// @return how many @throws UserError when the file is missing or damaged
std::size_t take_over_weights(const std::filesystem::path& path, BranchyNetwork& network,
                              const std::string& prefix);

}  // namespace offramp
