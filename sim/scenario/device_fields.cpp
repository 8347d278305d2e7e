#include <fmt/format.h>

#include "sim/core/nearest_name.hpp"
#include "sim/scenario/allowed_path.hpp"
#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

constexpr std::uint64_t kMaxDevices = 10'000'000;
constexpr std::uint64_t kMaxQueue = 1'000'000;

/// Reads something that a scenario names. What is wrong with the name is reported at the name, what is
/// wrong in its file at the file's own places.
template <class Read, class T>
bool read_named(const YamlCursor& cursor, std::string_view example, Read read, T& target) {
  std::string name;
  if (!cursor.read_text(name, example)) return false;
  try {
    target = read(name);
    return true;
  } catch (const UserError& error) {
    for (const Problem& problem : error.problems()) {
      if (problem.place.source.empty())
        cursor.refuse(problem.message);
      else
        cursor.problems().push_back(problem);
    }
    return false;
  }
}

ModelDescription read_allowed_model(const std::string& name, const FieldContext& context) {
  if (name.find('/') != std::string::npos) allowed_path(context.base, name);
  return read_model_description(name, context.base);
}

void check_access(const YamlCursor& cursor, const NetworkSpec& network, std::string& access) {
  if (!cursor.read_text(access, "wifi") || network.access.empty() || network.access.contains(access)) return;
  std::vector<std::string> names;
  for (const auto& entry : network.access) names.push_back(entry.first);
  cursor.refuse(fmt::format("network.access has no \"{}\"{}", access, suggestion(access, names)));
}

/// @param day  null when it could not be read
NightSpec read_night(const YamlCursor& cursor, const ModelDescription* day, const FieldContext& context) {
  NightSpec night;
  YamlMap map(cursor);
  const bool has_from = map.required("from", "from: 20:00").read_time_of_day(night.from_s);
  const YamlCursor to = map.required("to", "to: 06:00");
  const YamlCursor model = map.required("model", "model: ./by_night");
  map.finish();
  if (to.read_time_of_day(night.to_s) && has_from && night.from_s == night.to_s)
    to.refuse("is when the night begins, so that it would last no time, or all day; give another time");
  const bool known = read_named(
      model, "./by_night", [&](const std::string& name) { return read_allowed_model(name, context); },
      night.model);
  if (!known || day == nullptr) return night;
  const auto differs = [&](const char* what, const std::string& here, const std::string& there) {
    if (here != there)
      model.refuse(
          fmt::format("by night the same network sees other images, but {} of {} is {} and that of {} {}",
                      what, night.model.name, here, day->name, there));
  };
  differs("the network", night.model.network, day->network);
  differs("the number of exits", fmt::to_string(night.model.num_exits), fmt::to_string(day->num_exits));
  differs("the number of classes", fmt::to_string(night.model.num_classes), fmt::to_string(day->num_classes));
  return night;
}

DeviceGroup read_group(const YamlCursor& cursor, const NetworkSpec& network, const FieldContext& context) {
  DeviceGroup group;
  YamlMap map(cursor);
  std::uint64_t count = 0, queue_limit = group.queue_limit;
  map.required("count", "count: 100").read_whole(count, 1, kMaxDevices);
  read_named_device_type(map.required("type", "type: raspberry_pi_4"), context, group.type);
  const bool model_known = read_named(
      map.required("model", "model: b_lenet_fashion"), "b_lenet_fashion",
      [&](const std::string& name) { return read_allowed_model(name, context); }, group.model);
  const ModelDescription* model = model_known ? &group.model : nullptr;
  if (const YamlCursor night = map.optional("night")) group.night = read_night(night, model, context);
  group.arrivals =
      read_arrivals(map.required("arrivals", "arrivals: {process: poisson, rate: 2/s}"), context);
  const YamlCursor policy = map.required("policy", "policy: {rule: entropy, thresholds_nats: [0.3]}");
  group.policy = read_policy(policy, model, context);
  if (const YamlCursor offload = map.optional("offload"))
    group.offload = read_offload(offload, model, group.policy.rule, network.gateway.has_value());
  else if (group.policy.rule == "always")
    policy.refuse(
        "the rule always sends every request, so the group needs for example "
        "\"offload: {from: input, codec: jpeg75}\"");
  if (const YamlCursor adapt = map.optional("adapt"))
    group.adapt = read_adapt(adapt, group, model, network, context);
  if (const YamlCursor people = map.optional("people")) group.people = read_people(people, model);
  if (const YamlCursor cells = map.optional("cells")) group.cell_ratio = read_cell_ratio(cells, group, model);
  if (network.platform) {
    if (const YamlCursor access = map.optional("access"))
      access.refuse("cannot stand beside network.platform, whose file has the links");
  } else {
    check_access(map.required("access", "access: wifi"), network, group.access);
  }
  if (const YamlCursor queue = map.optional("queue")) {
    YamlMap queue_map(queue);
    queue_map.required("limit", "limit: 16").read_whole(queue_limit, 1, kMaxQueue);
    queue_map.finish();
  }
  map.finish();
  group.count = count;
  group.queue_limit = queue_limit;
  return group;
}

}  // namespace

bool read_named_device_type(const YamlCursor& cursor, const FieldContext& context, DeviceType& type) {
  return read_named(
      cursor, "raspberry_pi_4",
      [&](const std::string& name) {
        if (name.ends_with(".yaml")) allowed_path(context.base, name);
        return read_device_type(name, context.base);
      },
      type);
}

std::vector<DeviceGroup> read_device_groups(const YamlCursor& cursor, const NetworkSpec& network,
                                            const FieldContext& context) {
  std::vector<DeviceGroup> groups;
  std::uint64_t total = 0;
  bool counts_known = true;
  for (const YamlCursor& item : cursor.items()) {
    groups.push_back(read_group(item, network, context));
    total += groups.back().count;
    counts_known = counts_known && groups.back().count > 0;
  }
  if (cursor && cursor.node()->kind == YamlNode::Kind::sequence && groups.empty())
    cursor.refuse("is empty; describe at least one group of devices");
  if (total > kMaxDevices)
    cursor.refuse(fmt::format("{} devices in all; allowed: up to {}", total, kMaxDevices));
  if (counts_known && total > 0 && network.gateways > total)
    cursor.refuse(fmt::format("{} devices in all are fewer than the {} gateways; lower network.gateways",
                              total, network.gateways));
  return groups;
}

}  // namespace offramp
