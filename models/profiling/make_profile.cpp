#include "models/profiling/make_profile.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <functional>
#include <set>
#include <system_error>

#include "models/nets/trained_model.hpp"
#include "models/profiling/profile_model.hpp"
#include "models/profiling/profile_people.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

fs::path default_path(const fs::path& model_directory) {
  if (::access(model_directory.c_str(), W_OK) == 0) return shipped_profile_path(model_directory);
  return cached_profile_path(model_directory);
}

/// The profile in a file, if there is one that fits. A damaged one is about to be replaced: no error.
std::optional<ExitProfile> fitting_profile(const fs::path& path,
                                           const std::function<bool(const ExitProfile&)>& fits) {
  if (!fs::exists(path)) return std::nullopt;
  try {
    ExitProfile profile = read_exit_profile(path);
    if (fits(profile)) return profile;
  } catch (const UserError& error) {
    fmt::print(stderr, "{} (made anew)\n", error.what());
  }
  return std::nullopt;
}

void make_folder_of(const fs::path& path) {
  if (!path.has_parent_path()) return;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw UserError(Place{path.parent_path().string()}, "cannot be made: " + error.message());
}

/// @param make  from what is known already
MadeProfile make_and_write(const fs::path& model_directory, const ProfileOrder& order,
                           const std::function<bool(const ExitProfile&)>& fits,
                           const std::function<ExitProfile(const std::vector<ExitProfile>&)>& make) {
  const fs::path path = order.out ? *order.out : default_path(model_directory);
  std::vector<ExitProfile> known;
  const std::set<fs::path> candidates{path, shipped_profile_path(model_directory)};
  for (const fs::path& candidate : candidates) {
    if (order.from_scratch) break;
    if (auto profile = fitting_profile(candidate, fits)) known.push_back(std::move(*profile));
  }
  MadeProfile made{make(known), path};
  make_folder_of(path);
  write_exit_profile(path, made.profile);
  return made;
}

}  // namespace

MadeProfile make_profile(const ModelDescription& model, const Dataset& data, const ProfileOrder& order) {
  const TrainedModel trained = load_trained_model(model);
  const std::vector<CodecRequest> wanted = order.wanted.empty() ? default_codecs(model) : order.wanted;
  return make_and_write(
      model.directory, order,
      [&](const ExitProfile& profile) { return profile_fits(profile, trained, data); },
      [&](const std::vector<ExitProfile>& known) { return profile_model(trained, data, wanted, known); });
}

MadeProfile make_people_profile(const ModelDescription& model, const PeopleDataset& data,
                                const ProfileOrder& order) {
  const TrainedModel trained = load_trained_model(model);
  if (!trained.network->cells())
    throw UserError(Place{(model.directory / "model.yaml").string()},
                    fmt::format("network: {} names a class for a picture, but {} shows people", model.network,
                                data.name));
  const std::vector<CodecRequest> wanted = order.wanted.empty() ? default_people_codecs(model) : order.wanted;
  const std::vector<CellMask> masks = order.masks.empty() ? default_masks(trained) : order.masks;
  return make_and_write(
      model.directory, order,
      [&](const ExitProfile& profile) { return people_profile_fits(profile, trained, data); },
      [&](const std::vector<ExitProfile>& known) {
        return profile_people(trained, data, wanted, masks, known);
      });
}

}  // namespace offramp
