#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace offramp {

inline constexpr double kDayS = 86400;

/// A state of a Markov-modulated Poisson process.
struct MmppState {
  double rate_per_s = 0;
  double mean_s = 0;  ///< of the exponential time that it lasts

  bool operator==(const MmppState&) const = default;
};

/// The rate from a time of day on, until the next phase begins.
struct RatePhase {
  double at_s = 0;  ///< since midnight, below kDayS
  double rate_per_s = 0;

  bool operator==(const RatePhase&) const = default;
};

/// Times at which frames arrive, from a file, over and over.
struct ArrivalTrace {
  std::filesystem::path file;  ///< absolute
  double loop_s = 0;           ///< after so long it begins anew; above the last time
  bool random_offset = true;   ///< each device begins at a time of its own within the loop
  std::shared_ptr<const std::vector<double>> times_s;  ///< not empty, ascending, in [0, loop_s)

  bool operator==(const ArrivalTrace& other) const {
    return file == other.file && loop_s == other.loop_s && random_offset == other.random_offset &&
           *times_s == *other.times_s;
  }
};

/// When frames arrive at a device.
struct ArrivalSpec {
  enum class Process { periodic, poisson, mmpp, trace, phases };
  Process process = Process::poisson;
  double rate_per_s = 0;  ///< of one device, in the long run: over states, a loop, a day
  /// Periodic: an arrival lies evenly within so long around its slot, half of it on either side. At most a
  /// period, so that the order is kept.
  double jitter_s = 0;
  std::vector<MmppState> states = {};  ///< mmpp: two or more, in the order in which they follow each other
  std::optional<ArrivalTrace> trace = {};  ///< trace
  std::vector<RatePhase> phases = {};      ///< phases: one or more, ascending

  bool operator==(const ArrivalSpec&) const = default;
};

/// As a scenario names it: "poisson".
std::string_view arrival_process_name(ArrivalSpec::Process process);

/// Reads a file of arrival times: seconds since its start, one a line, none below the one before. Lines that
/// begin with "#" are notes.
/// @throws UserError with every line (up to ten) that is empty, no number, negative or below the one before,
/// and
///         when the file cannot be read or holds no time
std::vector<double> read_arrival_times(const std::filesystem::path& file);

/// The rate in the long run: what a periodic or Poisson process is given, and what follows from the states,
/// the trace or the phases of the others, whose rate_per_s the reader sets to it.
double mean_rate_per_s(const ArrivalSpec& spec);

}  // namespace offramp
