#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/scenario/people_moments.hpp"

namespace offramp {

/// The autocorrelation of the counts: with D the time that people stay, E(D - lag)^+ / E D, which is
/// exp(-lag / t) of shape 1.
double people_autocorrelation(const PeopleMoments& moments, double lag_s);

/// How one part of a count moves (see CountParts).
///
/// Of a variance not below the mean: people come in groups, at the times of a Poisson process, and a group
/// stays for a gamma-distributed time (an M^X/G/infinity queue). Group sizes have a logarithmic distribution,
/// so that the number in view is negative binomial: with r = mean^2 / (variance - mean) and
/// p = 1 - mean / variance, a Poisson number of groups of mean -r ln(1 - p), in the stationary state. Counts
/// of two times have the groups in common that were there at the first and still are at the second, so that
/// their correlation is the probability that the rest of a stay is longer than the lag. Nothing is lost to a
/// mapping or to rounding. (Quenouille, Biometrics 1949, for the sizes; Kingman, Poisson Processes, 1993.)
///
/// Of a variance below the mean: places, each of them taken or free in turn for exponential times
/// (Ehrenfest's model). All but one are taken with one probability, the last with another, which gives any
/// mean and variance that whole numbers can have. The autocorrelation is that of one place, exp(-lag / t).
struct CountLaw {
  CountLaw(const CountMoments& part, double correlation_time_s, double stay_shape);

  double mean = 0;
  double correlation_time_s = 0;
  // Groups
  double groups = 0;  ///< in view, on the mean
  double size_p = 0;  ///< of the logarithmic distribution of a group's size; 0: all are of one
  double stay_shape = 1;
  double stay_scale_s = 0;
  // Places
  std::uint32_t places = 0;  ///< that are taken with the same probability
  double taken = 0;
  double last_taken = 0;  ///< probability of the one place more
};

/// A path of a count from time 0 on, in its stationary state. The path belongs to the stream alone: at which
/// times it is looked at does not change it, but of a correlation time of 0.
class CountPath {
 public:
  CountPath(const CountLaw& law, RandomEngine stream);

  /// @param law     the one that the path began with
  /// @param time_s  not below that of the call before; it costs what happened in between
  std::uint32_t at(const CountLaw& law, double time_s);

 private:
  struct Group {
    double leaves_s;
    std::uint32_t people;
    bool operator<(const Group& other) const { return leaves_s > other.leaves_s; }
  };

  void begin(const CountLaw& law, double time_s);
  void groups_until(const CountLaw& law, double time_s);
  void places_until(const CountLaw& law, double time_s);
  double next_change_s(const CountLaw& law);

  RandomEngine stream_;
  std::uint32_t count_ = 0;
  bool last_is_taken_ = false;
  double seen_s_ = 0;
  double next_s_ = 0;          ///< when a group arrives, or a place changes
  std::vector<Group> groups_;  ///< a heap: the first to leave in front
};

/// What the cameras of a group have in common.
class PeopleProcess {
 public:
  /// @param moments  that split_count can split
  explicit PeopleProcess(const PeopleMoments& moments);

  const CountLaw& own() const { return own_; }
  const std::optional<CountLaw>& shared() const { return shared_; }

 private:
  CountLaw own_;
  std::optional<CountLaw> shared_;  ///< none: cameras are independent
};

/// The number of people that one camera sees: its own and those that all cameras of the group see. Every
/// camera follows the shared path by itself, so that it does not matter which of them is asked first.
class PeopleInView {
 public:
  /// @param process  must outlive this
  /// @param own      the camera's own stream
  /// @param shared   the group's: every camera is given the same
  PeopleInView(const PeopleProcess& process, RandomEngine own, RandomEngine shared);

  /// @param time_s  not below that of the call before
  std::uint32_t at(double time_s);

 private:
  const PeopleProcess* process_;
  CountPath own_;
  std::optional<CountPath> shared_;
};

}  // namespace offramp
