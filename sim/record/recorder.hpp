#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/record/distribution.hpp"
#include "sim/record/energy_meter.hpp"
#include "sim/record/metric.hpp"
#include "sim/record/people_tally.hpp"
#include "sim/record/request_record.hpp"
#include "sim/record/stage_times.hpp"
#include "sim/record/transfer_rate_meter.hpp"
#include "sim/scenario/scenario.hpp"

namespace offramp {

/// How many settings a group may choose between at run time, its own among them, in the group that has most;
/// 0 when none has `adapt`.
std::size_t most_settings(const Scenario& scenario);

/// The names of all figures that a run of this scenario has, in their order.
std::vector<std::string> metric_names(const Scenario& scenario);

/// Everything that a run measures, in memory. What arrives during the warm-up is simulated, not measured.
/// Definitions of all quantities: analysis/metrics.md.
class Recorder {
 public:
  /// @param num_exits  the most that any group's network has
  Recorder(const Scenario& scenario, std::size_t num_exits);

  /// How large an answer is on the wire.
  void set_answer_wire_bytes(std::uint64_t bytes) { answer_wire_bytes_ = static_cast<double>(bytes); }

  /// Segments are counted, and RequestRecord::sent_bytes and lost_bytes hold; otherwise nobody knows them.
  void count_segments() { segments_counted_ = true; }

  /// What becomes of the frames of the next route; must outlive this.
  void add_route(const FrameOutcomes& frames) { people_.add_route(frames); }

  /// A request that has ended, or is still in flight at the horizon.
  void record(const RequestRecord& request);

  MeasuredTime measured() const { return measured_; }
  TransferRateMeter& uplink() { return uplink_; }
  BusyMeter& busy_devices(std::size_t group) { return busy_devices_[group]; }
  BusyMeter& busy_gateways() { return busy_gateways_; }
  BusyMeter& busy_servers() { return busy_servers_; }
  /// A measured frame of a device that adapts takes this setting of its group, 0 being the group's own.
  void count_setting(std::size_t setting) { ++settings_[setting]; }
  /// A measured frame has so many people more or fewer than the camera's count process said.
  void add_people_off(double people) { people_off_.add(people); }
  /// Something was down; of an access link or a device: of this group.
  void add_downtime(OutageSpec::What what, std::size_t group, double from_s, double to_s);

  /// The measured requests in order of arrival; empty unless the scenario asks for them.
  std::vector<RequestRecord> take_requests();

  /// How many numbers and records are held in memory: with OutputSpec::requests off, the same whatever came.
  std::size_t held() const { return latencies_s_.held() + cloud_queue_s_.held() + requests_.size(); }

  /// @return metrics, distribution and windows; the wall-clock fields are the caller's
  ReplicationResult result();

 private:
  struct ExitTally {
    std::uint64_t taken = 0;
    std::uint64_t by_cells = 0;  ///< of these, answered by cells: neither right nor wrong as a whole
    std::uint64_t correct = 0;
    StageTimes stages;  ///< of those that completed
  };

  /// What becomes of the bytes that are sent over a link.
  struct SentBytes {
    double sent = 0;
    double lost = 0;
    double under_way = 0;

    void add(double sent_bytes, double lost_bytes, bool arrived) {
      sent += sent_bytes;
      lost += lost_bytes;
      if (!arrived) under_way += sent_bytes - lost_bytes;
    }
  };

  void record_people(const RequestRecord& request);
  void record_crossing(const RequestRecord& request);
  /// Of all gateways together; 0 when none computes.
  double servers_of_gateways() const;
  double gateway_energy_j() const;
  double radio_energy_j() const;
  /// Of access links and uplinks, without the radios.
  double link_energy_j() const;
  double availability(OutageSpec::What what) const;
  double edge_energy_j() const;

  const Scenario& scenario_;
  MeasuredTime measured_;
  TransferRateMeter uplink_;
  std::vector<BusyMeter> busy_devices_;
  BusyMeter busy_gateways_;
  BusyMeter busy_servers_;
  std::array<std::vector<BusyMeter>, 3> down_;  ///< [OutageSpec::What][group]

  std::uint64_t simulated_ = 0;
  std::array<std::uint64_t, kOutcomes> outcomes_{};
  std::vector<ExitTally> exits_;
  std::vector<std::uint64_t> settings_;  ///< frames of devices that adapt; empty when no group has `adapt`
  std::uint64_t in_time_ = 0;            ///< answered within the deadline
  std::uint64_t correct_in_time_ = 0;
  std::uint64_t by_cells_in_time_ = 0;
  std::uint64_t by_cells_ended_ = 0;
  PeopleTally people_;
  PeopleOff people_off_;
  std::uint64_t offloaded_ = 0;
  std::uint64_t images_sent_ = 0;
  double payload_bytes_ = 0;
  double message_bytes_ = 0;
  double wire_bytes_ = 0;
  double access_payload_bytes_ = 0;
  double access_message_bytes_ = 0;
  bool segments_counted_ = false;
  SentBytes access_sent_;
  SentBytes uplink_sent_;
  std::vector<double> access_wire_bytes_of_group_;
  std::vector<double> access_answers_of_group_;
  double uplink_answers_ = 0;
  double answer_wire_bytes_ = 0;
  Distribution latencies_s_;
  Distribution gateway_queue_s_;
  Distribution cloud_queue_s_;
  std::vector<RequestRecord> requests_;
};

}  // namespace offramp
