#include "sim/simulation/memory_check.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/platform/memory_need.hpp"

namespace offramp {
namespace {

/// What runs where.
struct Tier {
  std::string key;  ///< of the scenario
  const DeviceType& type;
  int first_exit;
  int last_exit;
  std::size_t batch;
};

std::vector<Tier> tiers_of(const Scenario& scenario, std::size_t g, const DeviceGroup& group,
                           int final_exit) {
  int last = group.offload ? last_exit_before(group.offload->from) : final_exit;
  std::vector<Tier> tiers{{fmt::format("devices[{}].type", g), group.type, 0, last, 1}};
  if (!group.offload) return tiers;
  if (group.offload->to == OffloadSpec::To::gateway) {
    const CloudSpec& gateway = scenario.network.gateway.value();
    const int onward = group.offload->onward ? last_exit_before(group.offload->onward->from) : final_exit;
    tiers.push_back({"network.gateway.type", gateway.type, last + 1, onward, gateway.batch_max});
    last = onward;
  }
  if (last < final_exit)
    tiers.push_back({"cloud.type", scenario.cloud.type, last + 1, final_exit, scenario.cloud.batch_max});
  return tiers;
}

/// With three figures, as people write memory: "64 MB".
std::string size_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.3g} MB", bytes * 1e-6) : fmt::format("{:.3g} GB", bytes * 1e-9);
}

}  // namespace

void check_memory(const Scenario& scenario, std::size_t index, const DeviceGroup& group,
                  const ExitProfile& profile) {
  std::vector<Problem> problems;
  for (const Tier& tier : tiers_of(scenario, index, group, static_cast<int>(profile.exits.size()) - 1)) {
    if (tier.last_exit < tier.first_exit || tier.type.memory_bytes == 0) continue;
    const MemoryNeed need = memory_need(profile, static_cast<std::size_t>(tier.first_exit),
                                        static_cast<std::size_t>(tier.last_exit), tier.type, tier.batch);
    if (need.bytes() <= tier.type.memory_bytes) continue;
    problems.push_back(
        {Place{scenario.file.string()},
         fmt::format(
             "{}: {} up to exit {} asks for {}{} (weights {}, features {} at {} B a value), but {} has {}; "
             "cut the network elsewhere, take a smaller one{} or a type with more memory",
             tier.key, profile.model, tier.last_exit, need.activations_known ? "" : "at least ",
             size_text(need.bytes()), size_text(need.weight_bytes), size_text(need.activation_bytes),
             tier.type.bytes_per_value, tier.type.name, size_text(tier.type.memory_bytes),
             tier.batch > 1 ? ", smaller batches" : "")});
  }
  if (!problems.empty()) throw UserError(std::move(problems));
}

}  // namespace offramp
