#pragma once

#include <string>
#include <vector>

namespace offramp {

/// One figure of one replication, under its dotted name in summary.json ("latency_s.p95").
struct Metric {
  enum class Kind {
    count,     ///< summed over replications, a plain number
    estimate,  ///< averaged over replications, with its interval
  };
  std::string name;
  Kind kind = Kind::estimate;
  double value = 0;  ///< NaN: undefined in this replication
};

/// What a kind of resource ("device", "access", "uplink", "cloud", "downlink") is asked for, as a part of
/// what it can do: arrival rate x demand / capacity. From 1 on its queue grows until it is full.
struct OfferedLoad {
  std::string resource;
  double load = 0;
};

/// How much a figure would differ over other images of the same kind (image_sampling_errors).
struct ImageSamplingError {
  std::string metric;
  double standard_error = 0;
};

/// What one replication came to; small, so that it can cross a pipe.
struct ReplicationResult {
  std::vector<Metric> metrics;                     ///< in the order of summary.json
  std::vector<double> latency_quantiles_s;         ///< at quantile_grid(); empty when nothing completed
  std::vector<double> window_bytes;                ///< TransferRateMeter::window_bytes
  std::vector<OfferedLoad> offered_loads;          ///< in the order of a request's way
  std::vector<ImageSamplingError> image_sampling;  ///< of figures about answers
  double requests = 0;                             ///< simulated, warm-up included
  double loop_s = 0;                               ///< wall-clock time of the event loop
  double setup_s = 0;                              ///< and of what came before it
  double write_s = 0;                              ///< and of writing requests
};

/// Probabilities at which a run keeps its latency distribution: every 0.5 %, and finer in the tail.
const std::vector<double>& quantile_grid();

std::string to_bytes(const ReplicationResult& result);
ReplicationResult replication_result_from(const std::string& bytes);

}  // namespace offramp
