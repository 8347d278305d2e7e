#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/validation/real_path/tcp_peer.hpp"

namespace offramp::real_path {

/// What every measurement is told.
struct Setting {
  LinkShape link;
  int repetitions = 5;
  double latest_s = 200e-6;

  /// Whether the relay was too late for a measurement to count: by more than `latest_s` and, where that is
  /// more, a hundredth of the measured time (at most 1 ms).
  bool too_late(double lateness_s, double measured_s) const;
};

/// The link's columns, first in every table: "20,10,150000".
extern const char* const kLinkColumns;
std::string link_columns(const LinkShape& link);

/// The link in both directions, packets of acknowledgements never lost.
EmulatedPath make_path(const LinkShape& link, std::uint64_t seed = 1);

struct Sample {
  double value;
  TcpState state;
};

/// Values of repetitions that counted.
struct Spread {
  std::vector<Sample> samples;
  int discarded = 0;
  double worst_lateness_s = 0;  ///< of those that counted

  double median() const;
  double least() const;
  double most() const;
  TcpState median_state() const;
};

double median_of(std::vector<double> values);

/// What each subcommand measures; each prints a table in CSV to standard output.
void measure_messages(const Setting& setting, const std::vector<double>& message_bytes);
void measure_flows(const Setting& setting, int flows, const std::vector<double>& message_bytes);
void measure_queue(const Setting& setting, double bulk_bytes, double duration_s);
void measure_loss(const Setting& setting, double duration_s);

/// Poisson uploads of some devices: the arrivals that a scenario with the same devices has.
struct UploadPattern {
  int devices = 20;
  std::uint32_t message_bytes = 0;
  double utilization = 0;  ///< of the link, by wire bytes
  bool kept = true;        ///< each device keeps its connection; else each upload opens its own
  double warmup_s = 5;     ///< what comes in this time does not count
  double uploads = 2000;   ///< that count
  double longest_s = 90;   ///< behind the warm-up, whatever has come by then
};
void measure_uploads(const Setting& setting, const UploadPattern& pattern);

}  // namespace offramp::real_path
