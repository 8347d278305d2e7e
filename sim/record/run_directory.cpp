#include "sim/record/run_directory.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/record/replications_csv.hpp"
#include "sim/record/requests_csv.hpp"
#include "sim/record/summary.hpp"
#include "sim/record/text_file.hpp"
#include "sim/record/transfer_rate_meter.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

void write_text(const fs::path& path, std::string_view text) {
  TextFile file(path);
  file.write(text);
  file.close();
}

void write_transfer_rate(const fs::path& path, const Scenario& scenario,
                         std::span<const ReplicationResult> replications) {
  fmt::memory_buffer rows;
  fmt::format_to(std::back_inserter(rows), "replication,window_start_s,uplink_bps\n");
  for (std::size_t r = 0; r < replications.size(); ++r) {
    const std::vector<double>& windows = replications[r].window_bytes;
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const double start_s = static_cast<double>(w) * TransferRateMeter::kWindowS;
      const double length_s = std::min(TransferRateMeter::kWindowS, scenario.duration_s - start_s);
      fmt::format_to(std::back_inserter(rows), "{},{},{:.3f}\n", r, scenario.warmup_s + start_s,
                     8 * windows[w] / length_s);
    }
  }
  write_text(path, {rows.data(), rows.size()});
}

}  // namespace

Json write_run(const fs::path& directory, const Scenario& scenario, const std::string& label,
               std::span<const ReplicationResult> replications, const RunOrigin& origin) {
  write_text(directory / "scenario.yaml", scenario.resolved_yaml);
  const Json manifest = {{"format", "offramp-run-1"},
                         {"offramp", OFFRAMP_VERSION},
                         {"scenario", scenario.name},
                         {"label", label},
                         {"seed", scenario.seed},
                         {"replications", replications.size()},
                         {"weights_sha256", origin.weights_sha256},
                         {"profile_digests", origin.profile_digests},
                         {"test_images", origin.test_images},
                         {"versions", {{"simgrid", OFFRAMP_SIMGRID_VERSION}, {"compiler", __VERSION__}}}};
  write_text(directory / "manifest.json", manifest.dump(2) + "\n");
  write_text(directory / "replications.csv", replications_csv(replication_table(replications)));
  write_transfer_rate(directory / "transfer_rate.csv", scenario, replications);
  if (scenario.output.requests)
    join_requests_parts(directory, replications.size(), scenario.network.gateway.has_value());
  Json summary = summary_json(scenario, label, replications);
  write_text(directory / "summary.json", summary.dump(2) + "\n");
  return summary;
}

}  // namespace offramp
