#include "sim/tuning/accuracy_frontier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace offramp {
namespace {

constexpr std::size_t kGridPoints = 4096;
constexpr std::size_t kStarts = 48;
constexpr int kRounds = 8;

using Thresholds = std::vector<double>;

bool same_place(const FrontierPoint& a, const FrontierPoint& b) {
  return a.correct == b.correct && a.cost == b.cost;
}

/// Half-way between two images' sureness; nothing when no number lies there.
bool between(double above, double below, double& threshold) {
  threshold = below + (above - below) / 2;
  return threshold < above && threshold >= below;
}

class Search {
 public:
  explicit Search(const SearchSet& set) : set_(set), final_exit_(set.sureness.size()) {
    for (const std::vector<double>& sureness : set.sureness) {
      std::vector<std::size_t>& order = order_.emplace_back(set.images());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return sureness[a] > sureness[b]; });
    }
  }

  std::vector<FrontierPoint> run() {
    try_grid();
    keep_best();
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<FrontierPoint> before = points_;
      const std::vector<FrontierPoint> starts = evenly_spaced();
      for (const FrontierPoint& start : starts)
        for (std::size_t exit = 0; exit < final_exit_; ++exit) scan(start.thresholds, exit);
      keep_best();
      if (final_exit_ <= 1 || std::ranges::equal(before, points_, same_place)) break;
    }
    return std::move(points_);
  }

 private:
  std::size_t leaves_at(const Thresholds& thresholds, std::size_t image, std::size_t from) const {
    for (std::size_t exit = from; exit < final_exit_; ++exit)
      if (set_.sureness[exit][image] > thresholds[exit]) return exit;
    return final_exit_;
  }

  void add(Thresholds thresholds, std::size_t correct, double cost_sum) {
    points_.push_back({std::move(thresholds), correct, cost_sum / static_cast<double>(set_.images())});
  }

  void try_one(const Thresholds& thresholds) {
    std::size_t correct = 0;
    double cost = 0;
    for (std::size_t image = 0; image < set_.images(); ++image) {
      const std::size_t exit = leaves_at(thresholds, image, 0);
      correct += set_.correct[exit][image];
      cost += set_.costs.of(exit, image);
    }
    add(thresholds, correct, cost);
  }

  /// Thresholds that let about so many of `levels` equal parts leave, from nobody to all.
  std::vector<double> quantiles(std::size_t exit, std::size_t levels) const {
    std::vector<double> values{set_.highest};
    for (std::size_t level = 1; level + 1 < levels; ++level) {
      const std::size_t rank = level * set_.images() / (levels - 1);
      const auto at = [&](std::size_t place) { return set_.sureness[exit][order_[exit][place]]; };
      double threshold = 0;
      if (rank > 0 && rank < set_.images() && between(at(rank - 1), at(rank), threshold))
        values.push_back(threshold);
    }
    values.push_back(set_.lowest);
    return values;
  }

  void try_grid() {
    // One threshold needs no grid: a scan tries all of it.
    const auto exits = static_cast<double>(std::max<std::size_t>(final_exit_, 1));
    const auto levels =
        final_exit_ <= 1
            ? std::size_t{2}
            : std::max<std::size_t>(3, static_cast<std::size_t>(std::pow(kGridPoints, 1 / exits) + 1e-9));
    std::vector<std::vector<double>> values;
    for (std::size_t exit = 0; exit < final_exit_; ++exit) values.push_back(quantiles(exit, levels));
    // Nine exits and more have too large a grid even at three levels: then all exits move together.
    const bool together = std::pow(3, exits) > 4.0 * kGridPoints;
    if (together) {
      for (std::size_t level = 0; level < levels; ++level) {
        Thresholds thresholds;
        for (const std::vector<double>& of_exit : values)
          thresholds.push_back(of_exit[std::min(level, of_exit.size() - 1)]);
        try_one(thresholds);
      }
      return;
    }
    std::vector<std::size_t> at(final_exit_, 0);
    while (true) {
      Thresholds thresholds;
      for (std::size_t exit = 0; exit < final_exit_; ++exit) thresholds.push_back(values[exit][at[exit]]);
      try_one(thresholds);
      std::size_t exit = 0;
      while (exit < final_exit_ && ++at[exit] == values[exit].size()) at[exit++] = 0;
      if (exit == final_exit_) return;
    }
  }

  /// Every value of one threshold, the others held: images that come to this exit leave one after the other,
  /// the surest first.
  void scan(const Thresholds& start, std::size_t exit) {
    std::size_t correct = 0;
    double cost = 0;
    std::vector<std::size_t> otherwise(set_.images(), kNotHere);
    for (std::size_t image = 0; image < set_.images(); ++image) {
      std::size_t leaves = kNotHere;
      for (std::size_t earlier = 0; earlier < exit && leaves == kNotHere; ++earlier)
        if (set_.sureness[earlier][image] > start[earlier]) leaves = earlier;
      if (leaves == kNotHere) leaves = otherwise[image] = leaves_at(start, image, exit + 1);
      correct += set_.correct[leaves][image];
      cost += set_.costs.of(leaves, image);
    }
    const auto add_with = [&](double threshold) {
      if (!worth_keeping(correct, cost / static_cast<double>(set_.images()))) return;
      Thresholds thresholds = start;
      thresholds[exit] = threshold;
      add(std::move(thresholds), correct, cost);
    };
    add_with(set_.highest);
    std::vector<std::size_t> here;
    for (const std::size_t image : order_[exit])
      if (otherwise[image] != kNotHere) here.push_back(image);
    const std::vector<double>& sureness = set_.sureness[exit];
    for (std::size_t n = 0; n < here.size(); ++n) {
      const std::size_t image = here[n];
      correct += set_.correct[exit][image];
      correct -= set_.correct[otherwise[image]][image];
      cost += set_.costs.of(exit, image) - set_.costs.of(otherwise[image], image);
      double threshold = 0;
      const double next = n + 1 < here.size() ? std::max(sureness[here[n + 1]], set_.lowest) : set_.lowest;
      if (between(sureness[image], next, threshold)) add_with(threshold);
    }
  }

  /// Whether no point of the frontier so far is at least as good; a quick look that keeps the pool small.
  bool worth_keeping(std::size_t correct, double cost) const {
    const auto end = points_.begin() + static_cast<std::ptrdiff_t>(settled_);
    const auto dearer = std::partition_point(points_.begin(), end,
                                             [&](const FrontierPoint& point) { return point.cost <= cost; });
    return dearer == points_.begin() || std::prev(dearer)->correct < correct;
  }

  void keep_best() {
    std::stable_sort(points_.begin(), points_.end(), [](const FrontierPoint& a, const FrontierPoint& b) {
      return std::tuple(a.cost, b.correct) < std::tuple(b.cost, a.correct);
    });
    std::vector<FrontierPoint> best;
    for (FrontierPoint& point : points_)
      if (best.empty() || point.correct > best.back().correct) best.push_back(std::move(point));
    points_ = std::move(best);
    settled_ = points_.size();
  }

  std::vector<FrontierPoint> evenly_spaced() const {
    if (points_.size() <= kStarts) return points_;
    std::vector<FrontierPoint> chosen;
    for (std::size_t i = 0; i < kStarts; ++i)
      chosen.push_back(points_[i * (points_.size() - 1) / (kStarts - 1)]);
    return chosen;
  }

  static constexpr std::size_t kNotHere = std::numeric_limits<std::size_t>::max();
  const SearchSet& set_;
  std::size_t final_exit_;
  std::vector<std::vector<std::size_t>> order_;  ///< [exits - 1]: images, the surest first
  std::vector<FrontierPoint> points_;
  std::size_t settled_ = 0;  ///< of these, the first so many are the frontier so far
};

}  // namespace

std::vector<FrontierPoint> accuracy_frontier(const SearchSet& set) { return Search(set).run(); }

}  // namespace offramp
