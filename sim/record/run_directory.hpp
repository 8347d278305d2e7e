#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "sim/record/metric.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// What a run was made from, by digest.
struct RunOrigin {
  std::map<std::string, std::string> profile_digests;  ///< model -> ExitProfile::digest
  std::map<std::string, std::string> weights_sha256;   ///< model -> SHA-256 of its weights
  std::map<std::string, std::size_t> test_images;      ///< model -> how many its accuracy rests on
};

/// Fills a directory with scenario.yaml, manifest.json, summary.json, replications.csv, transfer_rate.csv
/// and, from the replications' parts, requests.csv. Layout and definitions: analysis/metrics.md.
/// @return the summary
nlohmann::ordered_json write_run(const std::filesystem::path& directory, const Scenario& scenario,
                                 const std::string& label, std::span<const ReplicationResult> replications,
                                 const RunOrigin& origin);

}  // namespace offramp
