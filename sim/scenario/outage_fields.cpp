#include <fmt/format.h>

#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

using What = OutageSpec::What;

void read_index(const YamlCursor& cursor, std::optional<std::size_t>& index, std::size_t count) {
  std::uint64_t value = 0;
  if (cursor && cursor.read_whole(value, 0, count == 0 ? 0 : count - 1)) index = value;
}

void read_times(const YamlCursor& cursor, YamlMap& map, OutageSpec& outage) {
  const YamlCursor from = map.optional("from");
  const YamlCursor length = map.optional("for");
  const YamlCursor mtbf = map.optional("mtbf");
  const YamlCursor mttr = map.optional("mttr");
  const bool scheduled = from && length && !mtbf && !mttr;
  const bool random = mtbf && mttr && !from && !length;
  if (!scheduled && !random) {
    cursor.refuse(
        "needs either \"from\" and \"for\" (\"from: 60s, for: 10s\") or \"mtbf\" and \"mttr\" "
        "(\"mtbf: 1h, mttr: 30s\")");
    return;
  }
  from.read_quantity(outage.from_s, kDuration, kNotNegative);
  length.read_quantity(outage.for_s, kDuration, kPositive);
  mtbf.read_quantity(outage.mtbf_s, kDuration, kPositive);
  mttr.read_quantity(outage.mttr_s, kDuration, kPositive);
}

OutageSpec read_outage(const YamlCursor& cursor, const NetworkSpec& network,
                       const std::vector<DeviceGroup>& groups) {
  OutageSpec outage;
  YamlMap map(cursor);
  std::vector<std::string> allowed{"access", "device"};
  if (!network.platform) allowed.emplace_back("uplink");
  std::string what;
  if (map.required("what", "what: access").read_choice(what, allowed))
    outage.what = what == "uplink" ? What::uplink : what == "access" ? What::access : What::device;
  if (outage.what == What::uplink) {
    read_index(map.optional("gateway"), outage.gateway, network.gateways);
  } else {
    std::size_t devices = 0;
    for (const DeviceGroup& group : groups) devices += group.count;
    const YamlCursor group = map.optional("group");
    const YamlCursor device = map.optional("device");
    read_index(group, outage.group, groups.size());
    read_index(device, outage.device, devices);
    if (group && device) device.refuse("cannot stand beside \"group\"; it counts over all groups");
  }
  read_times(cursor, map, outage);
  map.finish();
  return outage;
}

}  // namespace

std::vector<OutageSpec> read_outages(const YamlCursor& cursor, const NetworkSpec& network,
                                     const std::vector<DeviceGroup>& groups) {
  std::vector<OutageSpec> outages;
  for (const YamlCursor& item : cursor.items()) outages.push_back(read_outage(item, network, groups));
  return outages;
}

}  // namespace offramp
