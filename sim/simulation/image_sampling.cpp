#include "sim/simulation/image_sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace offramp {
namespace {

/// What becomes of an image on its way, when nothing is dropped.
struct ImageEnd {
  int exit = 0;
  bool correct = false;
};

ImageEnd end_of(const RoutePlan& route, std::uint32_t image) {
  for (const TierPlan& tier : route.tiers)
    if (const int exit = tier.exit_of(image); exit != TierPlan::kPassOn) return {exit, tier.correct(image)};
  return {};
}

/// Groups whose requests show the same images: e_j is summed over them before it is squared.
struct Images {
  std::vector<std::size_t> groups;
  std::size_t count = 0;
};

using Indicator = std::function<double(const ImageEnd&)>;

class Sampling {
 public:
  Sampling(const Scenario& scenario, const std::vector<RoutePlan>& routes) {
    double total = 0;
    std::map<const void*, std::size_t> known;
    for (std::size_t g = 0; g < scenario.devices.size(); ++g) {
      const DeviceGroup& group = scenario.devices[g];
      weights_.push_back(static_cast<double>(group.count) * group.arrivals.rate_per_s);
      total += weights_.back();
      const RoutePlan& route = routes[g];
      std::vector<ImageEnd>& ends = ends_.emplace_back();
      for (std::uint32_t image = 0; image < route.images; ++image) ends.push_back(end_of(route, image));
      const void* source = route.storage.empty() ? static_cast<const void*>(&route) : route.storage[0].get();
      const auto [at, is_new] = known.emplace(source, images_.size());
      if (is_new) images_.push_back({{}, route.images});
      images_[at->second].groups.push_back(g);
    }
    for (double& weight : weights_) weight /= total;
  }

  /// Of the ratio of two weighted means; NaN when the lower one is 0.
  double standard_error(const Indicator& y, const Indicator& z) const {
    double upper = 0, lower = 0;
    for (const Images& images : images_)
      for (const std::size_t g : images.groups)
        for (const ImageEnd& end : ends_[g]) {
          upper += weights_[g] * y(end) / static_cast<double>(images.count);
          lower += weights_[g] * z(end) / static_cast<double>(images.count);
        }
    const double ratio = upper / lower;
    double variance = 0;
    for (const Images& images : images_) {
      const auto n = static_cast<double>(images.count);
      if (images.count < 2) return std::nan("");
      double sum = 0, squares = 0;
      for (std::size_t j = 0; j < images.count; ++j) {
        double e = 0;
        for (const std::size_t g : images.groups)
          e += weights_[g] * (y(ends_[g][j]) - ratio * z(ends_[g][j]));
        sum += e;
        squares += e * e;
      }
      variance += std::max(0.0, squares - sum * sum / n) / (n - 1) / n;
    }
    return std::sqrt(variance) / lower;
  }

 private:
  std::vector<double> weights_;              ///< [group], their sum is 1
  std::vector<std::vector<ImageEnd>> ends_;  ///< [group][image]
  std::vector<Images> images_;
};

}  // namespace

std::vector<ImageSamplingError> image_sampling_errors(const Scenario& scenario,
                                                      const std::vector<RoutePlan>& routes) {
  std::size_t exits = 0;
  for (const DeviceGroup& group : scenario.devices) exits = std::max(exits, group.model.num_exits);
  const Sampling sampling(scenario, routes);
  const Indicator all = [](const ImageEnd&) { return 1.0; };
  const Indicator right = [](const ImageEnd& end) { return end.correct ? 1.0 : 0.0; };
  std::vector<ImageSamplingError> errors;
  const auto add = [&](std::string metric, double error) {
    if (!std::isnan(error)) errors.push_back({std::move(metric), error});
  };
  add("accuracy.top1", sampling.standard_error(right, all));
  for (std::size_t k = 0; k < exits; ++k) {
    const Indicator here = [k](const ImageEnd& end) { return end.exit == static_cast<int>(k) ? 1.0 : 0.0; };
    const Indicator right_here = [&](const ImageEnd& end) { return here(end) * right(end); };
    add(fmt::format("exits.{}.share", k), sampling.standard_error(here, all));
    add(fmt::format("exits.{}.accuracy", k), sampling.standard_error(right_here, here));
  }
  return errors;
}

}  // namespace offramp
