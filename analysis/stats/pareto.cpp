#include "analysis/stats/pareto.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {
namespace {

bool beats(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t f = 0; f < a.size(); ++f) {
    if (a[f] > b[f]) return false;
    better = better || a[f] < b[f];
  }
  return better;
}

}  // namespace

std::vector<std::size_t> pareto_front(const std::vector<std::vector<double>>& costs) {
  const auto defined = [](const std::vector<double>& point) {
    return std::none_of(point.begin(), point.end(), [](double cost) { return std::isnan(cost); });
  };
  std::vector<std::size_t> front;
  for (std::size_t p = 0; p < costs.size(); ++p) {
    const bool beaten = std::any_of(costs.begin(), costs.end(), [&](const std::vector<double>& other) {
      return defined(other) && beats(other, costs[p]);
    });
    if (defined(costs[p]) && !beaten) front.push_back(p);
  }
  return front;
}

}  // namespace offramp
