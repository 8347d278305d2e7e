#include "models/training/threshold_search.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "models/profiling/early_exit.hpp"

namespace offramp {
namespace {

/// The images that reach one exit, surest first.
struct Candidate {
  double entropy_nats;
  std::size_t image;
};

}  // namespace

std::vector<double> choose_thresholds(const std::vector<Logits>& exits, std::span<const std::int32_t> labels,
                                      double tolerance) {
  const std::size_t classes = exits.back().size() / labels.size();
  const std::vector<bool> right_at_last = correct_answers(exits.back(), labels);
  auto correct = static_cast<std::ptrdiff_t>(std::count(right_at_last.begin(), right_at_last.end(), true));
  const auto enough = correct - static_cast<std::ptrdiff_t>(
                                    std::floor(tolerance * static_cast<double>(labels.size()) + 1e-9));

  std::vector<double> thresholds;
  std::vector<bool> gone(labels.size());
  for (std::size_t exit = 0; exit + 1 < exits.size(); ++exit) {
    const std::vector<double> entropies = entropies_nats(exits[exit], classes);
    const std::vector<bool> right_here = correct_answers(exits[exit], labels);
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (!gone[i]) candidates.push_back({entropies[i], i});
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.entropy_nats < b.entropy_nats; });

    // Let the surest n leave, for every n; a threshold lies half-way to the next image, so equal
    // entropies leave together.
    const double highest = std::log(static_cast<double>(classes)) + 1e-6;
    double threshold = 0;
    std::size_t leaving = 0;
    std::ptrdiff_t correct_then = correct;
    std::ptrdiff_t running = correct;
    for (std::size_t n = 1; n <= candidates.size(); ++n) {
      const std::size_t image = candidates[n - 1].image;
      running += static_cast<int>(right_here[image]) - static_cast<int>(right_at_last[image]);
      const double here = candidates[n - 1].entropy_nats;
      const double next = n < candidates.size() ? candidates[n].entropy_nats : highest;
      const double middle = here + (next - here) / 2;
      if (running >= enough && middle > here) {
        threshold = middle;
        leaving = n;
        correct_then = running;
      }
    }
    for (std::size_t n = 0; n < leaving; ++n) gone[candidates[n].image] = true;
    correct = correct_then;
    thresholds.push_back(threshold);
  }
  return thresholds;
}

}  // namespace offramp
