#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/scenario/people_moments.hpp"
#include "sim/workload/people_in_view.hpp"

namespace offramp::validation {

/// Cameras that send a message of one size for each person that they see, frame by frame.
struct Fleet {
  PeopleMoments people;
  std::size_t cameras = 1;
  double frames_per_s = 1;  ///< of each camera, periodic, each from a phase of its own
};

/// People in all frames of a window, of all cameras.
struct WindowSum {
  double mean = 0;
  double variance = 0;
};

/// In closed form. With d the time between frames, k = W / d frames of a camera in a window of W, m, v, t and
/// c the moments and rho the autocorrelation:
///
///     mean      n k m
///     variance  n v (k + 2 sum over j < k of (k - j) rho(j d)) + n (n - 1) c v k^2 F(W)
///     F(W)      2 / W int_0^W (1 - u / W) rho(u) du, for exponential stays 2 / x (1 - (1 - e^-x) / x), x = W
///     / t
///
/// Two cameras have phases of their own, so that their frames are anywhere in the window. Where k is no whole
/// number, a window has floor k or one more frame, and n k' (1 - k') m^2 with k' its fraction comes on top.
WindowSum window_sum(const Fleet& fleet, double window_s);

/// The quantile at 0.95 of a normal, and of a gamma distribution of these moments.
double normal_p95(const WindowSum& sum);
double gamma_p95(const WindowSum& sum);

/// The same by following every camera's counts (PeopleInView), camera after camera: what each of them sees
/// does not depend on how many there are.
class FollowedFleet {
 public:
  /// @param one  as if it had no cameras yet
  FollowedFleet(const Fleet& one, double window_s, double duration_s, std::uint64_t replication);

  void add_camera();
  /// People in each window, one behind the other.
  const std::vector<double>& sums() const { return sums_; }
  /// In windows so many times as long.
  std::vector<double> sums_over(std::size_t windows) const;

 private:
  Fleet fleet_;
  PeopleProcess process_;
  double window_s_;
  std::uint64_t replication_;
  std::vector<double> sums_;
};

}  // namespace offramp::validation
