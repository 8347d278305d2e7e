#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

constexpr std::uint64_t kMaxGateways = 1'000'000;
constexpr std::uint64_t kMaxServers = 1'000'000;
constexpr std::uint64_t kMaxBatch = 100'000;
constexpr NumberRange kLoss{0, true, 0.5};
constexpr std::uint64_t kMaxQueue = 1'000'000'000;

/// Reads "{trace: FILE}"; what is wrong in the file is reported at its own places.
std::optional<DeliveryTrace> read_trace(const YamlCursor& cursor, const FieldContext& context) {
  YamlMap map(cursor);
  const YamlCursor file = map.required("trace", "trace: lte_up.txt");
  map.finish();
  const auto path = read_path(file, context, "lte_up.txt");
  if (!path) return std::nullopt;
  try {
    return read_delivery_trace(*path);
  } catch (const UserError& error) {
    for (const Problem& problem : error.problems()) {
      if (problem.place.line == 0)
        file.refuse(fmt::format("{}: {}", problem.place.source, problem.message));
      else
        cursor.problems().push_back(problem);
    }
    return std::nullopt;
  }
}

/// Reads "20Mbps" or "{trace: FILE}".
void read_rate(const YamlCursor& cursor, const FieldContext& context, double& bytes_per_s,
               std::optional<DeliveryTrace>& trace) {
  if (cursor && cursor.node()->kind == YamlNode::Kind::map) {
    trace = read_trace(cursor, context);
    if (trace) bytes_per_s = trace->mean_bytes_per_s();
  } else {
    cursor.read_quantity(bytes_per_s, kBandwidth, kPositive);
  }
}

void read_station_rates(const YamlCursor& cursor, AccessSpec& access) {
  for (const YamlCursor& item : cursor.items()) {
    double bytes_per_s = 0;
    if (!item.read_quantity(bytes_per_s, kBandwidth, kPositive)) continue;
    access.station_bytes_per_s.push_back(bytes_per_s);
    access.up_bytes_per_s = access.down_bytes_per_s = std::max(access.up_bytes_per_s, bytes_per_s);
  }
  if (cursor && cursor.node()->kind == YamlNode::Kind::sequence && cursor.node()->children.empty())
    cursor.refuse("is empty; give at least one rate");
}

LinkEnergySpec read_link_energy(const YamlCursor& cursor) {
  LinkEnergySpec energy;
  if (!cursor) return energy;
  YamlMap map(cursor);
  map.optional("per_byte").read_quantity(energy.j_per_byte, kEnergyPerByte, kNotNegative);
  map.optional("power").read_quantity(energy.power_w, kPower, kNotNegative);
  map.finish();
  return energy;
}

AccessSpec read_access(const YamlCursor& cursor, const FieldContext& context) {
  AccessSpec access;
  YamlMap map(cursor);
  access.energy = read_link_energy(map.optional("energy"));
  std::string type = "wired";
  map.optional("type").read_choice(type, {"wired", "wifi"});
  if (type == "wifi") {
    read_station_rates(map.required("rates", "rates: [54Mbps, 54Mbps, 6Mbps]"), access);
    map.required("latency", "latency: 2ms").read_quantity(access.latency_s, kDuration, kNotNegative);
    map.finish();
    return access;
  }
  read_rate(map.required("up", "up: 20Mbps"), context, access.up_bytes_per_s, access.up_trace);
  read_rate(map.required("down", "down: 20Mbps"), context, access.down_bytes_per_s, access.down_trace);
  map.required("latency", "latency: 5ms").read_quantity(access.latency_s, kDuration, kNotNegative);
  map.optional("loss").read_share(access.loss, kLoss);
  map.optional("shared").read_flag(access.shared);
  map.finish();
  return access;
}

UplinkSpec read_uplink(const YamlCursor& cursor) {
  UplinkSpec uplink;
  YamlMap map(cursor);
  map.required("bandwidth", "bandwidth: 1Gbps").read_quantity(uplink.bytes_per_s, kBandwidth, kPositive);
  map.required("latency", "latency: 10ms").read_quantity(uplink.latency_s, kDuration, kNotNegative);
  map.optional("buffer").read_quantity(uplink.buffer_bytes, kDataSize, kNotNegative);
  map.optional("loss").read_share(uplink.loss, kLoss);
  uplink.energy = read_link_energy(map.optional("energy"));
  map.finish();
  return uplink;
}

void read_idle_timeout(const YamlCursor& cursor, ConnectionSpec& connection) {
  cursor.read_quantity_or(kRetransmissionTimeout, *connection.idle_timeout_s, kDuration, kNotNegative);
  if (cursor.is_word(kRetransmissionTimeout)) connection.idle_timeout_s.reset();
}

ConnectionSpec read_connection(const YamlCursor& cursor) {
  ConnectionSpec connection;
  YamlMap map(cursor);
  map.optional("reuse").read_flag(connection.reuse);
  read_idle_timeout(map.optional("idle_timeout"), connection);
  map.optional("handshake_round_trips").read_number(connection.handshake_round_trips, kNotNegative);
  map.optional("pacing").read_flag(connection.pacing);
  map.finish();
  return connection;
}

CloudSpec read_servers(const YamlCursor& cursor, const std::string& type_example,
                       const FieldContext& context) {
  CloudSpec cloud;
  YamlMap map(cursor);
  read_named_device_type(map.required("type", type_example), context, cloud.type);
  std::uint64_t servers = cloud.servers, batch_max = cloud.batch_max, queue_limit = cloud.queue_limit;
  map.optional("servers").read_whole(servers, 1, kMaxServers);
  if (const YamlCursor batch = map.optional("batch")) {
    YamlMap batch_map(batch);
    batch_map.optional("max").read_whole(batch_max, 1, kMaxBatch);
    batch_map.optional("wait").read_quantity(cloud.batch_wait_s, kDuration, kNotNegative);
    batch_map.finish();
  }
  if (const YamlCursor queue = map.optional("queue")) {
    YamlMap queue_map(queue);
    queue_map.required("limit", "limit: 1000").read_whole(queue_limit, 1, kMaxQueue);
    queue_map.finish();
  }
  map.finish();
  cloud.servers = servers;
  cloud.batch_max = batch_max;
  cloud.queue_limit = queue_limit;
  return cloud;
}

/// Access links, gateways and uplinks.
void read_links(YamlMap& map, const FieldContext& context, NetworkSpec& network) {
  const YamlCursor access =
      map.required("access", "access: {wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms}}");
  for (const auto& [name, entry] : access.entries()) {
    if (!is_plain_name(name, "_-"))
      entry.refuse(fmt::format("\"{}\" is no name; allowed: letters, digits, \"_\" and \"-\"", name));
    network.access[name] = read_access(entry, context);
  }
  if (access && access.node()->kind == YamlNode::Kind::map && network.access.empty())
    access.refuse("is empty; name at least one kind of access link");
  std::uint64_t gateways = network.gateways;
  map.optional("gateways").read_whole(gateways, 1, kMaxGateways);
  network.gateways = gateways;
  if (const YamlCursor gateway = map.optional("gateway"))
    network.gateway = read_servers(gateway, "type: jetson_nano", context);
  network.uplink = read_uplink(map.required("uplink", "uplink: {bandwidth: 1Gbps, latency: 10ms}"));
}

/// The user's own platform in their place. What is in the file is checked by check_platform_file.
void read_platform(const YamlCursor& platform, YamlMap& map, const FieldContext& context,
                   NetworkSpec& network) {
  PlatformFile& file = network.platform.emplace();
  if (const auto path = read_path(platform, context, "campus.xml")) {
    file.file = *path;
    std::error_code failed;
    if (file.file.extension() != ".xml")
      platform.refuse(
          fmt::format("\"{}\" is no SimGrid platform; its name must end in .xml", platform.node()->text));
    else if (!std::filesystem::is_regular_file(file.file, failed))
      platform.refuse(fmt::format("there is no file {}", file.file.string()));
  }
  map.required("cloud", "cloud: the_host_of_the_cloud").read_text(file.cloud, "the_host_of_the_cloud");
  map.required("devices", "devices: \"camera-*\"").read_text(file.devices, "\"camera-*\"");
  map.optional("buffer").read_quantity(network.uplink.buffer_bytes, kDataSize, kNotNegative);
  for (const char* key : {"access", "gateways", "gateway", "uplink"})
    if (const YamlCursor link = map.optional(key))
      link.refuse("cannot stand beside \"platform\", whose file has the links");
}

}  // namespace

NetworkSpec read_network(const YamlCursor& cursor, const FieldContext& context) {
  NetworkSpec network;
  YamlMap map(cursor);
  if (const YamlCursor platform = map.optional("platform"))
    read_platform(platform, map, context, network);
  else
    read_links(map, context, network);
  if (const YamlCursor connection = map.optional("connection"))
    network.connection = read_connection(connection);
  map.optional("answer").read_quantity(network.answer_bytes, kDataSize, kPositive);
  map.finish();
  return network;
}

CloudSpec read_cloud(const YamlCursor& cursor, const FieldContext& context) {
  return read_servers(cursor, "type: nvidia_t4", context);
}

}  // namespace offramp
