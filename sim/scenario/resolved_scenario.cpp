#include "sim/scenario/resolved_scenario.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/installation.hpp"
#include "sim/core/quantity.hpp"
#include "sim/scenario/adapt_rules.hpp"
#include "sim/scenario/policy_rules.hpp"
#include "sim/scenario/yaml_cursor.hpp"
#include "sim/scenario/yaml_node.hpp"
#include "sim/scenario/yaml_text.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

/// Builds a map key by key.
class MapBuilder {
 public:
  MapBuilder() { node_.kind = YamlNode::Kind::map; }

  MapBuilder& add(std::string key, YamlNode value) {
    node_.keys.push_back(std::move(key));
    node_.key_places.emplace_back();
    node_.children.push_back(std::move(value));
    return *this;
  }
  MapBuilder& add(std::string key, std::string text) {
    YamlNode scalar;
    scalar.kind = YamlNode::Kind::scalar;
    scalar.text = std::move(text);
    return add(std::move(key), std::move(scalar));
  }
  MapBuilder& add(std::string key, std::uint64_t number) {
    return add(std::move(key), fmt::to_string(number));
  }
  MapBuilder& add_flag(std::string key, bool value) {
    return add(std::move(key), std::string(value ? "true" : "false"));
  }
  MapBuilder& add(std::string key, double value, const QuantityKind& kind) {
    return add(std::move(key), quantity_text(value, kind));
  }
  YamlNode done() { return std::move(node_); }

 private:
  YamlNode node_;
};

YamlNode list() {
  YamlNode node;
  node.kind = YamlNode::Kind::sequence;
  return node;
}

/// What came with Offramp goes by its name, what the user has by its path.
std::string reference(const std::string& name, const fs::path& path, const fs::path& shipped) {
  return path == fs::absolute(installation_root() / shipped).lexically_normal() ? name : path.string();
}

std::string type_reference(const DeviceType& type) {
  return reference(type.name, type.file, fs::path("scenarios") / "devices" / (type.name + ".yaml"));
}

std::string model_reference(const ModelDescription& model) {
  return reference(model.name, model.directory, fs::path("models") / "zoo" / model.name);
}

template <class T, class Text>
YamlNode texts_node(const std::vector<T>& values, Text text) {
  YamlNode node = list();
  for (const T& value : values) {
    YamlNode& item = node.children.emplace_back();
    item.kind = YamlNode::Kind::scalar;
    item.text = text(value);
  }
  return node;
}

YamlNode numbers_node(const std::vector<double>& numbers) {
  return texts_node(numbers, [](double number) { return fmt::to_string(number); });
}

YamlNode policy_node(const PolicySpec& policy) {
  using Thresholds = PolicyRule::Thresholds;
  MapBuilder map;
  map.add("rule", policy.rule);
  const Thresholds kind = find_policy_rule(policy.rule)->thresholds;
  if (kind != Thresholds::none)
    map.add(kind == Thresholds::entropy ? "thresholds_nats" : "thresholds", numbers_node(policy.thresholds));
  if (policy.temperatures_of_profile)
    map.add("temperatures", std::string("profile"));
  else if (!policy.temperatures.empty())
    map.add("temperatures", numbers_node(policy.temperatures));
  if (policy.exit) map.add("exit", *policy.exit);
  if (policy.patience) map.add("patience", *policy.patience);
  return map.done();
}

YamlNode arrivals_node(const ArrivalSpec& arrivals) {
  using Process = ArrivalSpec::Process;
  MapBuilder map;
  map.add("process", std::string(arrival_process_name(arrivals.process)));
  switch (arrivals.process) {
    case Process::periodic:
      map.add("rate", arrivals.rate_per_s, kFrequency).add("jitter", arrivals.jitter_s, kDuration);
      break;
    case Process::poisson:
      map.add("rate", arrivals.rate_per_s, kFrequency);
      break;
    case Process::mmpp: {
      YamlNode states = list();
      for (const MmppState& state : arrivals.states)
        states.children.push_back(MapBuilder()
                                      .add("rate", state.rate_per_s, kFrequency)
                                      .add("mean", state.mean_s, kDuration)
                                      .done());
      map.add("states", std::move(states));
      break;
    }
    case Process::trace:
      map.add("file", arrivals.trace->file.string())
          .add("loop", arrivals.trace->loop_s, kDuration)
          .add("offset", std::string(arrivals.trace->random_offset ? "random" : "none"));
      break;
    case Process::phases: {
      YamlNode phases = list();
      for (const RatePhase& phase : arrivals.phases)
        phases.children.push_back(MapBuilder()
                                      .add("at", time_of_day_text(phase.at_s))
                                      .add("rate", phase.rate_per_s, kFrequency)
                                      .done());
      map.add("phases", std::move(phases));
      break;
    }
  }
  return map.done();
}

YamlNode first_hop_node(const OffloadSpec& offload) {
  MapBuilder map;
  map.add("from", offload.from).add("codec", offload.codec);
  if (offload.to == OffloadSpec::To::gateway) map.add("to", std::string("gateway"));
  if (offload.timeout_s) map.add("timeout", *offload.timeout_s, kDuration);
  return map.done();
}

/// One hop is a map, two are a list.
YamlNode offload_node(const OffloadSpec& offload) {
  if (!offload.onward) return first_hop_node(offload);
  YamlNode hops = list();
  hops.children.push_back(first_hop_node(offload));
  hops.children.push_back(MapBuilder()
                              .add("from", offload.onward->from)
                              .add("codec", offload.onward->codec)
                              .add("to", std::string("cloud"))
                              .done());
  return hops;
}

YamlNode adapt_node(const AdaptSpec& adapt) {
  const AdaptRule& rule = *find_adapt_rule(adapt.rule);
  MapBuilder map;
  map.add("rule", adapt.rule);
  if (rule.uses_frames)
    map.add("frames", texts_node(adapt.frames, [](std::size_t frames) { return fmt::to_string(frames); }));
  if (rule.uses_times)
    map.add("times",
            texts_node(adapt.times_s, [](double time_s) { return quantity_text(time_s, kDuration); }));
  if (!adapt.margins.empty()) map.add("margins", numbers_node(adapt.margins));
  if (rule.uses_history) map.add("gain", fmt::to_string(adapt.gain)).add("memory", adapt.memory_s, kDuration);
  YamlNode settings = list();
  for (const SettingSpec& setting : adapt.settings)
    settings.children.push_back(MapBuilder()
                                    .add("policy", policy_node(setting.policy))
                                    .add("offload", offload_node(setting.offload))
                                    .done());
  map.add("settings", std::move(settings));
  return map.done();
}

YamlNode people_node(const PeopleSpec& people) {
  MapBuilder map;
  if (!people.moments) return map.add("replay", people.replay).done();
  return map.add("mean", fmt::to_string(people.moments->mean))
      .add("variance", fmt::to_string(people.moments->variance))
      .add("correlation_time", people.moments->correlation_time_s, kDuration)
      .add("cross_camera_correlation", fmt::to_string(people.moments->cross_camera_correlation))
      .add("stay_shape", fmt::to_string(people.moments->stay_shape))
      .done();
}

YamlNode group_node(const DeviceGroup& group) {
  MapBuilder map;
  map.add("count", group.count)
      .add("type", type_reference(group.type))
      .add("model", model_reference(group.model));
  if (group.night)
    map.add("night", MapBuilder()
                         .add("from", time_of_day_text(group.night->from_s))
                         .add("to", time_of_day_text(group.night->to_s))
                         .add("model", model_reference(group.night->model))
                         .done());
  map.add("arrivals", arrivals_node(group.arrivals));
  map.add("policy", policy_node(group.policy));
  if (group.offload) map.add("offload", offload_node(*group.offload));
  if (group.adapt) map.add("adapt", adapt_node(*group.adapt));
  if (group.people) map.add("people", people_node(*group.people));
  if (group.cell_ratio) map.add("cells", MapBuilder().add("ratio", fmt::to_string(*group.cell_ratio)).done());
  if (!group.access.empty()) map.add("access", group.access);
  map.add("queue", MapBuilder().add("limit", group.queue_limit).done());
  return map.done();
}

/// Nothing drawn is nothing said.
void add_link_energy(MapBuilder& map, const LinkEnergySpec& energy) {
  if (energy == LinkEnergySpec{}) return;
  map.add("energy", MapBuilder()
                        .add("per_byte", energy.j_per_byte, kEnergyPerByte)
                        .add("power", energy.power_w, kPower)
                        .done());
}

YamlNode access_node(const AccessSpec& access) {
  MapBuilder map;
  if (access.is_wifi()) {
    map.add("type", std::string("wifi"))
        .add("rates", texts_node(access.station_bytes_per_s,
                                 [](double bytes_per_s) { return quantity_text(bytes_per_s, kBandwidth); }))
        .add("latency", access.latency_s, kDuration);
    add_link_energy(map, access.energy);
    return map.done();
  }
  const auto add_rate = [&](const char* key, double bytes_per_s, const std::optional<DeliveryTrace>& trace) {
    if (trace)
      map.add(key, MapBuilder().add("trace", trace->file.string()).done());
    else
      map.add(key, bytes_per_s, kBandwidth);
  };
  add_rate("up", access.up_bytes_per_s, access.up_trace);
  add_rate("down", access.down_bytes_per_s, access.down_trace);
  map.add("latency", access.latency_s, kDuration);
  map.add("loss", fmt::to_string(access.loss));
  if (access.shared) map.add_flag("shared", true);
  add_link_energy(map, access.energy);
  return map.done();
}

YamlNode servers_node(const CloudSpec& cloud) {
  return MapBuilder()
      .add("type", type_reference(cloud.type))
      .add("servers", cloud.servers)
      .add("batch",
           MapBuilder().add("max", cloud.batch_max).add("wait", cloud.batch_wait_s, kDuration).done())
      .add("queue", MapBuilder().add("limit", cloud.queue_limit).done())
      .done();
}

YamlNode network_node(const NetworkSpec& network) {
  MapBuilder map;
  if (network.platform) {
    map.add("platform", network.platform->file.string())
        .add("cloud", network.platform->cloud)
        .add("devices", network.platform->devices)
        .add("buffer", network.uplink.buffer_bytes, kDataSize);
  } else {
    MapBuilder access;
    for (const auto& [name, link] : network.access) access.add(name, access_node(link));
    map.add("access", access.done()).add("gateways", network.gateways);
    if (network.gateway) map.add("gateway", servers_node(*network.gateway));
    MapBuilder uplink;
    uplink.add("bandwidth", network.uplink.bytes_per_s, kBandwidth)
        .add("latency", network.uplink.latency_s, kDuration)
        .add("buffer", network.uplink.buffer_bytes, kDataSize)
        .add("loss", fmt::to_string(network.uplink.loss));
    add_link_energy(uplink, network.uplink.energy);
    map.add("uplink", uplink.done());
  }
  const std::optional<double> idle_timeout = network.connection.idle_timeout_s;
  return map
      .add("connection",
           MapBuilder()
               .add_flag("reuse", network.connection.reuse)
               .add("idle_timeout", idle_timeout ? quantity_text(*idle_timeout, kDuration)
                                                 : std::string(kRetransmissionTimeout))
               .add("handshake_round_trips", fmt::to_string(network.connection.handshake_round_trips))
               .add_flag("pacing", network.connection.pacing)
               .done())
      .add("answer", network.answer_bytes, kDataSize)
      .done();
}

YamlNode outages_node(const std::vector<OutageSpec>& outages) {
  YamlNode entries = list();
  for (const OutageSpec& outage : outages) {
    using What = OutageSpec::What;
    MapBuilder map;
    map.add("what", std::string(outage.what == What::uplink   ? "uplink"
                                : outage.what == What::access ? "access"
                                                              : "device"));
    if (outage.gateway) map.add("gateway", *outage.gateway);
    if (outage.group) map.add("group", *outage.group);
    if (outage.device) map.add("device", *outage.device);
    if (outage.at_random())
      map.add("mtbf", outage.mtbf_s, kDuration).add("mttr", outage.mttr_s, kDuration);
    else
      map.add("from", outage.from_s, kDuration).add("for", outage.for_s, kDuration);
    entries.children.push_back(map.done());
  }
  return entries;
}

YamlNode comparisons_node(const std::vector<ComparisonSpec>& comparisons) {
  YamlNode entries = list();
  for (const ComparisonSpec& comparison : comparisons) {
    MapBuilder map;
    map.add("name", comparison.name);
    MapBuilder set;
    std::vector<Problem> none;  // the texts were made by flow_text
    for (const auto& [key, text] : comparison.set)
      set.add(key, parse_yaml(text, key, none).value_or(YamlNode{}));
    if (!comparison.set.empty()) map.add("set", set.done());
    entries.children.push_back(map.done());
  }
  return entries;
}

YamlNode goal_node(const Scenario& scenario) {
  const PrecisionGoal& goal = *scenario.until;
  MapBuilder until;
  until.add("metric", goal.metric)
      .add("half_width",
           goal.relative ? fmt::format("{:.12g}%", 100 * goal.half_width) : fmt::to_string(goal.half_width));
  MapBuilder map;
  map.add("until", until.done()).add("max", scenario.replications).add("least", goal.least);
  return map.done();
}

}  // namespace

std::string resolved_scenario(const Scenario& scenario) {
  MapBuilder map;
  map.add("name", scenario.name)
      .add("duration", scenario.duration_s, kDuration)
      .add("warmup", scenario.warmup_auto ? "auto" : quantity_text(scenario.warmup_s, kDuration))
      .add("start", time_of_day_text(scenario.start_s));
  if (scenario.deadline_s) map.add("deadline", *scenario.deadline_s, kDuration);
  if (scenario.until)
    map.add("replications", goal_node(scenario));
  else
    map.add("replications", scenario.replications);
  map.add("seed", scenario.seed);
  YamlNode devices = list();
  for (const DeviceGroup& group : scenario.devices) devices.children.push_back(group_node(group));
  map.add("devices", std::move(devices));
  map.add("network", network_node(scenario.network)).add("cloud", servers_node(scenario.cloud));
  if (!scenario.outages.empty()) map.add("outages", outages_node(scenario.outages));
  if (!scenario.compare.empty()) map.add("compare", comparisons_node(scenario.compare));
  map.add("output", MapBuilder()
                        .add_flag("requests", scenario.output.requests)
                        .add_flag("figures", scenario.output.figures)
                        .add_flag("transfer_rates", scenario.output.transfer_rates)
                        .done());
  return block_text(map.done());
}

}  // namespace offramp
