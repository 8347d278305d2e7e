#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// A codec that a scenario wants at a split point.
struct CodecRequest {
  std::string split;
  std::string codec;
  std::string after = {};  ///< the hop before (hop_name); empty: nothing was coded before

  /// "exit 0:int8_zstd", or with a hop before it "input:jpeg75,exit 0:int8_zstd".
  std::string text() const;
  bool operator==(const CodecRequest&) const = default;
  auto operator<=>(const CodecRequest&) const = default;
};

/// Where the dataset's files are: $OFFRAMP_DATA/DATASET, or where Debian's package puts them.
/// @return nothing when they are not on this machine
std::optional<std::filesystem::path> find_dataset(const std::string& dataset);

/// The profile that fits a model's weights and data and has all the codecs wanted, or why none does.
struct ProfileLookup {
  std::optional<std::filesystem::path> path;
  std::string why_not;  ///< a sentence, when there is no path
};

/// Looks in the model's own directory, then in the cache. A profile fits when the digest of its
/// weights is the one of weights.safetensors and, where the data is on this machine, each data
/// file is the one that it was made from. Without weights (a network of another framework, see
/// analysis/profile_format.md) the profile in the directory is taken as it is. @throws UserError for a
/// damaged profile file
ProfileLookup find_profile(const std::filesystem::path& model_directory,
                           const std::vector<CodecRequest>& wanted);

/// DIR/profile.safetensors.
std::filesystem::path shipped_profile_path(const std::filesystem::path& model_directory);
/// Where a profile goes that was made on demand: under the cache, by name and weights digest.
std::filesystem::path cached_profile_path(const std::filesystem::path& model_directory);

}  // namespace offramp
