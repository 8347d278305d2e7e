#include "sim/cli/run_profiles.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "sim/cli/child_program.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

fs::path make_profile(const fs::path& model, const std::vector<CodecRequest>& wanted,
                      const std::string& why) {
  if (!fs::exists(model / "weights.safetensors")) throw UserError(why);
  fs::path program;
  try {
    program = models_program();
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}\n{}", why, error.what()));
  }
  const fs::path target = cached_profile_path(model);
  std::vector<std::string> arguments{"profile", model.string(), "--out", target.string()};
  for (const CodecRequest& request : wanted) {
    arguments.emplace_back("--codec");
    arguments.push_back(request.text());
  }
  fmt::print(stderr, "{}\nProfiling now; kept in {}.\n", why, target.string());
  const int code = run_child_program(program, arguments);
  if (code == 2) throw UserError("profiling failed; the cause is above");
  if (code != 0) throw std::runtime_error(fmt::format("offramp-models ended with code {}", code));
  const ProfileLookup made = find_profile(model, wanted);
  if (!made.path) throw std::runtime_error("the profile just made does not fit: " + made.why_not);
  return *made.path;
}

}  // namespace

ExitProfile profile_for(const fs::path& model_directory, const std::vector<CodecRequest>& wanted) {
  const ProfileLookup found = find_profile(model_directory, wanted);
  return read_exit_profile(found.path ? *found.path : make_profile(model_directory, wanted, found.why_not));
}

std::map<std::string, std::set<CodecRequest>> wanted_codecs(const std::vector<const Scenario*>& scenarios) {
  std::map<std::string, std::set<CodecRequest>> wanted;
  for (const Scenario* scenario : scenarios)
    for (const DeviceGroup& group : scenario->devices) {
      std::vector<const ModelDescription*> models{&group.model};
      if (group.night) models.push_back(&group.night->model);
      for (const ModelDescription* model : models) {
        std::set<CodecRequest>& codecs = wanted[model->directory.string()];
        const auto want = [&](const OffloadSpec& offload) {
          codecs.insert({offload.from, offload.codec});
          if (offload.onward)
            codecs.insert(
                {offload.onward->from, offload.onward->codec, hop_name(offload.from, offload.codec)});
        };
        if (group.offload) want(*group.offload);
        if (!group.adapts()) continue;
        for (const SettingSpec& setting : group.adapt->settings) want(setting.offload);
      }
    }
  return wanted;
}

std::map<std::string, ExitProfile> profiles_for(const std::vector<const Scenario*>& scenarios,
                                                MissingProfile missing) {
  std::map<std::string, ExitProfile> profiles;
  for (const auto& [model, codecs] : wanted_codecs(scenarios)) {
    const std::vector<CodecRequest> all(codecs.begin(), codecs.end());
    if (missing == MissingProfile::refuse)
      if (const ProfileLookup found = find_profile(model, all); !found.path) throw UserError(found.why_not);
    profiles.emplace(model, profile_for(model, all));
  }
  return profiles;
}

}  // namespace offramp
