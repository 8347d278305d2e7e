#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/arrival_spec.hpp"
#include "sim/scenario/delivery_trace.hpp"
#include "sim/scenario/device_type.hpp"
#include "sim/scenario/model_description.hpp"
#include "sim/scenario/people_moments.hpp"

namespace offramp {

/// How a network's exits decide. `rule` is a name of sim/policy.
struct PolicySpec {
  std::string rule;
  /// One an exit before the final one. entropy: nats; max_probability, margin, router: 0 to 1.
  std::vector<double> thresholds;
  std::optional<std::size_t> exit = {};      ///< rule `fixed`: the exit that answers
  std::optional<std::size_t> patience = {};  ///< rule `patience`: how many exits before must agree
  /// What logits are divided by before the rule sees them, one an exit before the final one; empty: 1.
  std::vector<double> temperatures = {};
  bool temperatures_of_profile = false;  ///< in place of these, those that the profile has

  bool operator==(const PolicySpec&) const = default;
};

/// Where the network is cut and how what crosses is coded.
struct HopSpec {
  std::string from;   ///< "input" or "exit K"
  std::string codec;  ///< "int8_zstd"

  bool operator==(const HopSpec&) const = default;
};

/// How a group passes on what its devices do not answer: exits up to the split are tried on the device, those
/// behind it by whoever receives what crosses.
struct OffloadSpec {
  enum class To { cloud, gateway };
  std::string from;   ///< "input" or "exit K"
  std::string codec;  ///< "int8_zstd"
  /// A device that has no answer so long after its message was ready answers itself; none: it waits on.
  std::optional<double> timeout_s = {};
  To to = To::cloud;
  /// From a gateway on to the cloud, at a later split; none: the gateway runs the rest of the network.
  std::optional<HopSpec> onward = {};

  bool operator==(const OffloadSpec&) const = default;
};

/// By night the same network sees other images: those of another model's profile.
struct NightSpec {
  double from_s = 0;  ///< time of day, since midnight
  double to_s = 0;    ///< below from_s: on the next morning
  ModelDescription model;

  bool holds(double time_of_day_s) const {
    return from_s < to_s ? time_of_day_s >= from_s && time_of_day_s < to_s
                         : time_of_day_s >= from_s || time_of_day_s < to_s;
  }
  bool operator==(const NightSpec&) const = default;
};

/// Which frames of its profile a group's cameras show.
struct PeopleSpec {
  /// The frames of this image set, or of the test set of the data of that name, in their order; each camera
  /// begins at one of its own.
  std::string replay = {};
  /// In place of it: frames of the test set with as many people as a count process says, or the nearest
  /// number that there is.
  std::optional<PeopleMoments> moments = {};

  bool operator==(const PeopleSpec&) const = default;
};

/// Thresholds, split and codec together.
struct SettingSpec {
  PolicySpec policy;
  OffloadSpec offload;

  bool operator==(const SettingSpec&) const = default;
};

/// Devices that choose between settings frame by frame, by what they know of themselves. `rule` is a name of
/// sim/policy/adaptive_policy, or "none". See AdaptiveRule and TransferHistory.
struct AdaptSpec {
  std::string rule = "none";
  std::vector<SettingSpec> settings;     ///< behind the group's own, in the order in which they are wanted
  std::vector<std::size_t> frames = {};  ///< rule `queue`
  std::vector<double> times_s = {};      ///< rule `transfers`
  std::vector<double> margins = {};      ///< rule `deadline`; empty: 1 for each setting
  double gain = 0.25;
  double memory_s = 1;

  bool operator==(const AdaptSpec&) const = default;
};

/// Devices that are alike.
struct DeviceGroup {
  std::size_t count = 0;
  DeviceType type;
  ModelDescription model;
  std::optional<NightSpec> night = {};
  ArrivalSpec arrivals;
  PolicySpec policy;
  std::optional<OffloadSpec> offload;  ///< none: the whole network runs on the device
  std::optional<AdaptSpec> adapt = {};
  std::optional<PeopleSpec> people = {};  ///< none: each frame is any of the test set, drawn anew
  /// By cells: this share of what all cells cost is sent of each frame, whatever the network decided; what is
  /// answered is then not known.
  std::optional<double> cell_ratio = {};
  std::string access;            ///< a key of NetworkSpec::access
  std::size_t queue_limit = 16;  ///< frames waiting or being worked on

  bool adapts() const { return adapt && adapt->rule != "none"; }
  bool operator==(const DeviceGroup&) const = default;
};

/// How devices reach their gateway.
/// What a link draws, both of its ends together.
struct LinkEnergySpec {
  double j_per_byte = 0;  ///< for each byte on the wire, in either direction
  double power_w = 0;     ///< all the time

  bool operator==(const LinkEnergySpec&) const = default;
};

struct AccessSpec {
  double up_bytes_per_s = 0;  ///< mean, where a trace is given; of Wi-Fi: the fastest station's
  double down_bytes_per_s = 0;
  double latency_s = 0;                        ///< one way
  std::optional<DeliveryTrace> up_trace = {};  ///< of the capacity; looped, from a random moment on
  std::optional<DeliveryTrace> down_trace = {};
  bool shared =
      false;  ///< one cell a gateway, whose devices share the rates; else each device has them alone
  /// Wi-Fi, when not empty: one access point a gateway, whose stations share the airtime in both directions.
  /// What a station reaches when it is alone; the stations of a point are dealt to these rates in turn.
  std::vector<double> station_bytes_per_s = {};
  LinkEnergySpec energy = {};  ///< of each device's link
  double loss = 0;             ///< probability that a segment is lost

  bool is_wifi() const { return !station_bytes_per_s.empty(); }
  bool operator==(const AccessSpec&) const = default;
};

/// The shared link between a gateway and the cloud; equal in both directions.
struct UplinkSpec {
  double bytes_per_s = 0;
  double latency_s = 0;         ///< one way
  double buffer_bytes = 150e3;  ///< at the bottleneck
  double loss = 0;              ///< probability that a segment is lost
  LinkEnergySpec energy = {};   ///< of each gateway's uplink, the gateway's forwarding included

  bool operator==(const UplinkSpec&) const = default;
};

/// What a scenario writes for an idle timeout that is the connection's own retransmission timeout.
inline constexpr const char* kRetransmissionTimeout = "rto";

/// A device's TCP connection to the cloud.
struct ConnectionSpec {
  bool reuse = true;
  /// After so long without data, slow start begins anew; none: after the retransmission timeout, which a
  /// round trip and 200 ms make, as in Linux (net.ipv4.tcp_slow_start_after_idle).
  std::optional<double> idle_timeout_s = 1;
  double handshake_round_trips = 1;  ///< of a new connection; TLS is more of them
  bool pacing = true;  ///< a window is spread over half a round trip; false: it leaves as one burst

  bool operator==(const ConnectionSpec&) const = default;
};

/// A user's own platform, in SimGrid's XML, in place of access links, gateways and uplinks.
struct PlatformFile {
  std::filesystem::path file;
  std::string cloud;    ///< name of the host where the cloud stands
  std::string devices;  ///< pattern of the names of the hosts where devices stand: "cam-*"

  bool operator==(const PlatformFile&) const = default;
};

/// The servers of the cloud, or of a gateway that computes.
struct CloudSpec {
  DeviceType type;
  std::size_t servers = 1;
  std::size_t batch_max = 1;
  double batch_wait_s = 0;  ///< a batch that is not full leaves so long after its first request
  std::size_t queue_limit = 1000;

  bool operator==(const CloudSpec&) const = default;
};

struct NetworkSpec {
  std::optional<PlatformFile> platform;  ///< then there are no access, gateways and uplink (but its buffer)
  std::map<std::string, AccessSpec> access;
  std::size_t gateways = 1;  ///< devices are dealt to them in turn
  /// What each of them computes with; none: they only forward.
  std::optional<CloudSpec> gateway;
  UplinkSpec uplink;
  ConnectionSpec connection;
  double answer_bytes = 200;  ///< payload of an answer

  bool operator==(const NetworkSpec&) const = default;
};

/// Something that fails: uplinks, access links or devices; once and again at random, or at one time.
struct OutageSpec {
  enum class What { uplink, access, device };
  What what = What::uplink;
  std::optional<std::size_t> gateway;  ///< whose uplink; none: each of them, at times of its own
  std::optional<std::size_t> group;    ///< of the devices or access links; none: of every group
  std::optional<std::size_t> device;   ///< over all groups; none: each of them, at times of its own
  double from_s = 0;                   ///< on schedule: since the start, warm-up included ...
  double for_s = 0;
  double mtbf_s = 0;  ///< ... or at random: mean time from repair to failure, above 0
  double mttr_s = 0;  ///< mean time from failure to repair

  bool at_random() const { return mtbf_s > 0; }
  bool operator==(const OutageSpec&) const = default;
};

/// A named variation of a scenario, run beside it on the same seed.
struct ComparisonSpec {
  std::string name;
  /// Dotted keys and the YAML text of their values; empty: the scenario itself.
  std::vector<std::pair<std::string, std::string>> set;

  bool operator==(const ComparisonSpec&) const = default;
};

struct OutputSpec {
  bool requests = true;
  bool figures = true;
  bool transfer_rates = false;  ///< of all devices and of each, over windows of 0.1, 1 and 10 s

  bool operator==(const OutputSpec&) const = default;
};

/// Replications go on until an interval is narrow enough.
struct PrecisionGoal {
  std::string metric;     ///< "latency_s.p95"
  double half_width = 0;  ///< of its 95 % interval
  bool relative = false;  ///< half_width is a part of the value
  std::size_t least = 5;  ///< replications before it is looked at

  bool operator==(const PrecisionGoal&) const = default;
};

/// What is to be simulated: checked, with every default written out. See read_scenario. What these
/// structs are initialised with are the defaults; a key whose field has none here is required, but for
/// `deadline`, `until`, `offload`, its `timeout`, `adapt`, `people`, `cells`, `night`, `network.gateway` and
/// `compare`, which may be absent.
struct Scenario {
  std::string name;
  double duration_s = 0;  ///< simulated, after the warm-up
  double warmup_s = 0;
  bool warmup_auto = false;  ///< measured by MSER-5 before the replications; warmup_s is 0 until then
  double start_s = 0;        ///< time of day, since midnight, at which the warm-up begins
  std::optional<double> deadline_s;
  std::size_t replications = 1;        ///< with `until`: at most
  std::optional<PrecisionGoal> until;  ///< none: all of them
  std::uint64_t seed = 1;
  std::vector<DeviceGroup> devices;
  NetworkSpec network;
  CloudSpec cloud;
  std::vector<OutageSpec> outages;
  std::vector<ComparisonSpec> compare;
  OutputSpec output;

  std::filesystem::path file;      ///< where it was read
  std::string resolved_yaml;       ///< the same scenario with every default, as YAML text
  std::vector<std::string> notes;  ///< what was ignored and why, for people
};

}  // namespace offramp
