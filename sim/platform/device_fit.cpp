#include "sim/platform/device_fit.hpp"

#include <Eigen/Dense>
#include <boost/random/uniform_int_distribution.hpp>

#include <bitset>
#include <cmath>
#include <limits>

#include "sim/core/random_stream.hpp"

namespace offramp {
namespace {

constexpr int kFigures = 4;
constexpr int kPerFlop = 2, kPerByte = 3;
constexpr double kDistinct = 2;  // standard errors
constexpr int kReplicates = 1000;

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using Free = std::bitset<kFigures>;
constexpr unsigned long kAll = (1U << kFigures) - 1;

// In ms, calls, MFLOP and MB, so that columns are of like size.
Eigen::Vector4d amounts(const ComputeCost& cost) {
  return {1, cost.calls, cost.flops * 1e-6, (cost.weight_bytes + cost.activation_bytes) * 1e-6};
}
Eigen::Vector4d scaled(const ComputeFigures& figures) {
  return {figures.s_per_run * 1e3, figures.s_per_call * 1e3, figures.s_per_flop * 1e9,
          figures.s_per_byte * 1e9};
}
ComputeFigures unscaled(const Eigen::Vector4d& x) {
  return {x[0] * 1e-3, x[1] * 1e-3, x[2] * 1e-9, x[3] * 1e-9};
}

/// Rows are measurements: weight * amounts / measured time, so that A x = weights is the perfect fit.
struct System {
  Matrix rows;
  Vector weights;
  Eigen::Vector4d bounds;
};

System system_of(const std::vector<Measurement>& measured, const ComputeFigures& peak) {
  const auto n = static_cast<Eigen::Index>(measured.size());
  System system{Matrix(n, kFigures), Vector(n), scaled(peak)};
  for (Eigen::Index i = 0; i < n; ++i) {
    const Measurement& one = measured[static_cast<std::size_t>(i)];
    system.rows.row(i) = one.weight / (one.seconds * 1e3) * amounts(one.cost).transpose();
    system.weights[i] = one.weight;
  }
  return system;
}

Matrix columns(const Matrix& all, Free free) {
  Matrix chosen(all.rows(), static_cast<Eigen::Index>(free.count()));
  Eigen::Index next = 0;
  for (int j = 0; j < kFigures; ++j)
    if (free[static_cast<std::size_t>(j)]) chosen.col(next++) = all.col(j);
  return chosen;
}

/// Least squares with the free figures at or above their bounds, the others on them. There are at most four,
/// so each choice of those that lie on their bounds is tried; the best that is allowed is the minimum.
Eigen::Vector4d bounded_fit(const System& system, const Vector& target, Free free) {
  const Vector rest = target - system.rows * system.bounds;
  Eigen::Vector4d best = system.bounds;
  double least = rest.squaredNorm();
  for (unsigned long subset = 1; subset < (1U << kFigures); ++subset) {
    const Free above(subset);
    if ((above & ~free).any()) continue;
    const Matrix chosen = columns(system.rows, above);
    const Vector excess = chosen.colPivHouseholderQr().solve(rest);
    if (excess.minCoeff() < 0) continue;
    const double error = (rest - chosen * excess).squaredNorm();
    if (error >= least) continue;
    least = error;
    best = system.bounds;
    Eigen::Index next = 0;
    for (int j = 0; j < kFigures; ++j)
      if (above[static_cast<std::size_t>(j)]) best[j] += excess[next++];
  }
  return best;
}

double mean_square(const System& system, const Eigen::Vector4d& x, std::size_t fitted) {
  const double degrees = static_cast<double>(system.rows.rows()) - static_cast<double>(fitted);
  return (system.weights - system.rows * x).squaredNorm() / std::max(degrees, 1.0);
}

/// The free one of rate and bandwidth that stands out least from its bound, when by less than kDistinct.
int least_distinct(const System& system, const Eigen::Vector4d& x, Free free) {
  const Matrix chosen = columns(system.rows, free);
  const Matrix covariance = mean_square(system, x, free.count()) *
                            (chosen.transpose() * chosen).completeOrthogonalDecomposition().pseudoInverse();
  int found = -1;
  double least = kDistinct;
  Eigen::Index next = 0;
  for (int j = 0; j < kFigures; ++j) {
    if (!free[static_cast<std::size_t>(j)]) continue;
    const double standard_error = std::sqrt(covariance(next, next));
    ++next;
    if (j != kPerFlop && j != kPerByte) continue;
    const double distinct = (x[j] - system.bounds[j]) / standard_error;
    if (distinct < least) {
      least = distinct;
      found = j;
    }
  }
  return found;
}

struct DistinctFit {
  Eigen::Vector4d x;
  Free free;  ///< the figures that are not on their bounds
};

DistinctFit distinct_fit(const System& system) {
  Free free(kAll);
  Eigen::Vector4d x = bounded_fit(system, system.weights, free);
  for (int dropped = least_distinct(system, x, free); dropped >= 0;
       dropped = least_distinct(system, x, free)) {
    free.reset(static_cast<std::size_t>(dropped));
    x = bounded_fit(system, system.weights, free);
  }
  return {x, free};
}

}  // namespace

double ComputeFigures::time_s(const ComputeCost& cost) const {
  return s_per_run + cost.calls * s_per_call + cost.flops * s_per_flop +
         (cost.weight_bytes + cost.activation_bytes) * s_per_byte;
}

DeviceFit fit_device(const std::vector<Measurement>& measured, const ComputeFigures& peak) {
  const System system = system_of(measured, peak);
  const auto [x, free] = distinct_fit(system);
  DeviceFit fit;
  fit.figures = unscaled(x);
  fit.rate_identified = free[kPerFlop];
  fit.memory_bandwidth_identified = free[kPerByte];
  for (const Measurement& one : measured)
    fit.relative_errors.push_back(fit.figures.time_s(one.cost) / one.seconds - 1);
  fit.rms_relative_error = std::sqrt(mean_square(system, x, free.count()));
  return fit;
}

std::vector<PlausibleFit> plausible_fits(const std::vector<Measurement>& measured,
                                         const ComputeFigures& peak) {
  const System system = system_of(measured, peak);
  const Free distinct = distinct_fit(system).free;
  const auto n = static_cast<Eigen::Index>(measured.size());
  Vector errors = system.weights - system.rows * bounded_fit(system, system.weights, kAll);
  // A fit's errors are smaller than those of what it fits, by the degrees of freedom that it used.
  errors *= std::sqrt(static_cast<double>(n) / std::max<double>(1, static_cast<double>(n - kFigures)));
  errors.array() -= errors.mean();
  RandomEngine stream = random_stream(1, 0, 0, "plausible fits");
  boost::random::uniform_int_distribution<Eigen::Index> any(0, n - 1);
  std::vector<PlausibleFit> fits;
  for (int replicate = 0; replicate < kReplicates; ++replicate) {
    Vector target = system.weights;
    for (Eigen::Index i = 0; i < n; ++i) target[i] += errors[any(stream)];
    const Free free = replicate % 2 == 0 ? Free(kAll) : distinct;
    fits.push_back({unscaled(bounded_fit(system, target, free)), errors[any(stream)]});
  }
  return fits;
}

}  // namespace offramp
