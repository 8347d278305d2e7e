#include "sim/profile/profile_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "sim/core/digest.hpp"
#include "sim/core/installation.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDebianDatasets = "/usr/share/datasets";

/// Absolute and without a slash at its end, so that its last part is the model's name.
fs::path normal(const fs::path& model_directory) {
  const fs::path path = fs::absolute(model_directory).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

fs::path cached_path(const fs::path& model_directory, const std::string& weights_sha256) {
  constexpr std::size_t kDigestLetters = 16;
  return cache_directory() / "profiles" /
         fmt::format("{}-{}.safetensors", normal(model_directory).filename().string(),
                     weights_sha256.substr(0, kDigestLetters));
}

/// The first data file on this machine that is not the one the profile was made from.
std::optional<fs::path> changed_data_file(const ExitProfile& profile) {
  const std::optional<fs::path> folder = find_dataset(profile.dataset);
  if (!folder) return std::nullopt;
  for (const SourceFile& file : profile.data_files) {
    const fs::path path = *folder / file.name;
    if (fs::is_regular_file(path) && sha256_hex_of_file(path) != file.sha256) return path;
  }
  return std::nullopt;
}

/// A sentence for the first codec wanted that the profile lacks; empty when it has all.
std::string missing_codec(const ExitProfile& profile, const std::vector<CodecRequest>& wanted) {
  for (const CodecRequest& request : wanted) {
    const SplitPoint* split = profile.find_split(request.split);
    if (split == nullptr) {
      std::vector<std::string> names;
      for (const SplitPoint& each : profile.splits) names.push_back(each.name);
      return fmt::format("was not made for the split point \"{}\" (it has {})", request.split,
                         fmt::join(names, ", "));
    }
    if (profile.find_answers(request.split, request.codec, request.after) == nullptr) {
      std::vector<std::string> names;
      for (const CodecAnswers& each : split->codecs) names.push_back(each.label());
      return fmt::format("lacks the codec {}{} at \"{}\" (there it has {})", request.codec,
                         request.after.empty() ? "" : " after " + request.after, request.split,
                         names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
    }
  }
  return {};
}

/// @param weights_sha256  empty: there are no weights to compare with
std::string why_unfit(const ExitProfile& profile, const std::string& weights_sha256,
                      const std::vector<CodecRequest>& wanted) {
  if (!weights_sha256.empty() && profile.weights_sha256 != weights_sha256)
    return "was made from other weights";
  if (profile.wire_format && *profile.wire_format != kWireFormat)
    return fmt::format("has the bytes of codecs of version {}, and they are at version {} now",
                       *profile.wire_format, kWireFormat);
  if (const auto changed = changed_data_file(profile))
    return fmt::format("was made from another version of {}", changed->string());
  return missing_codec(profile, wanted);
}

}  // namespace

std::string CodecRequest::text() const { return (after.empty() ? "" : after + ",") + hop_name(split, codec); }

std::optional<fs::path> find_dataset(const std::string& dataset) {
  const bool is_name = dataset.find('/') == std::string::npos && !dataset.empty() && dataset.front() != '.';
  if (!is_name) return std::nullopt;
  std::error_code error;
  if (const char* data = std::getenv("OFFRAMP_DATA"); data != nullptr && *data != '\0') {
    const fs::path folder = fs::path(data) / dataset;
    if (fs::is_directory(folder, error)) return folder;
  }
  std::string package = dataset;
  for (char& letter : package)
    if (letter == '_') letter = '-';
  const fs::path folder = fs::path(kDebianDatasets) / package;
  return fs::is_directory(folder, error) ? std::optional(folder) : std::nullopt;
}

fs::path shipped_profile_path(const fs::path& model_directory) {
  return model_directory / "profile.safetensors";
}

fs::path cached_profile_path(const fs::path& model_directory) {
  return cached_path(model_directory, sha256_hex_of_file(model_directory / "weights.safetensors"));
}

ProfileLookup find_profile(const fs::path& model_directory, const std::vector<CodecRequest>& wanted) {
  const std::string model = normal(model_directory).filename().string();
  const fs::path weights = model_directory / "weights.safetensors";
  const fs::path shipped = shipped_profile_path(model_directory);
  const bool has_weights = fs::exists(weights);
  if (!has_weights && !fs::exists(shipped))
    return {std::nullopt, fmt::format("{} has no weights yet: {} is missing; make it with: offramp train {}",
                                      model, weights.string(), model)};
  std::vector<fs::path> candidates{shipped};
  const std::string weights_sha256 = has_weights ? sha256_hex_of_file(weights) : "";
  if (has_weights) candidates.push_back(cached_path(model_directory, weights_sha256));
  std::string why_not;
  for (const fs::path& path : candidates) {
    if (!fs::exists(path)) continue;
    const std::string reason = why_unfit(read_exit_profile(path), weights_sha256, wanted);
    if (reason.empty()) return {path, {}};
    why_not += fmt::format("{}{} {}", why_not.empty() ? "" : "; ", path.string(), reason);
  }
  if (!has_weights)
    why_not +=
        "; without weights it cannot be made anew here: write it where the network is "
        "(analysis/profile_format.md)";
  if (why_not.empty()) why_not = fmt::format("{} has no profile yet", model);
  return {std::nullopt, why_not};
}

}  // namespace offramp
