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

using Indicator = std::function<double(const ImageEnd&)>;

/// How much each image moves a figure, by the profile that it belongs to.
using Influences = std::map<const void*, std::vector<double>>;

/// Groups, each with one of its settings, and the images that their requests show.
class Sampling {
 public:
  explicit Sampling(const SampledRun& run) {
    double total = 0;
    const std::vector<RouteOwner> owners = route_owners(run.scenario);
    for (std::size_t r = 0; r < run.routes.size(); ++r) {
      const double own = r < run.scenario.devices.size() ? 1 : 0;
      const double share = run.route_shares.empty() ? own : run.route_shares[r];
      if (share == 0) continue;
      const DeviceGroup& group = run.scenario.devices[owners[r].group];
      const RoutePlan& route = run.routes[r];
      Part& part = parts_.emplace_back();
      part.weight = share * static_cast<double>(group.count) * group.arrivals.rate_per_s;
      part.profile = route.storage.empty() ? static_cast<const void*>(&route) : route.storage[0].get();
      for (std::uint32_t image = 0; image < route.images; ++image) part.ends.push_back(end_of(route, image));
      total += part.weight;
    }
    for (Part& part : parts_) part.weight /= total;
  }

  /// Of the ratio of two weighted means; NaN where the lower one is 0.
  Influences influences(const Indicator& y, const Indicator& z) const {
    double upper = 0, lower = 0;
    for (const Part& part : parts_)
      for (const ImageEnd& end : part.ends) {
        upper += part.weight * y(end) / static_cast<double>(part.ends.size());
        lower += part.weight * z(end) / static_cast<double>(part.ends.size());
      }
    const double ratio = upper / lower;
    Influences all;
    for (const Part& part : parts_) {
      std::vector<double>& of_images = all[part.profile];
      of_images.resize(part.ends.size(), 0);
      for (std::size_t j = 0; j < part.ends.size(); ++j)
        of_images[j] += part.weight * (y(part.ends[j]) - ratio * z(part.ends[j])) / lower;
    }
    return all;
  }

 private:
  struct Part {
    double weight = 0;  ///< their sum is 1
    const void* profile = nullptr;
    std::vector<ImageEnd> ends;  ///< [image]
  };
  std::vector<Part> parts_;
};

double standard_error(const Influences& influences) {
  double variance = 0;
  for (const auto& [profile, of_images] : influences) {
    const auto n = static_cast<double>(of_images.size());
    if (of_images.size() < 2) return std::nan("");
    double sum = 0, squares = 0;
    for (const double e : of_images) {
      sum += e;
      squares += e * e;
    }
    if (std::isnan(sum)) return sum;  // nobody takes that exit
    variance += std::max(0.0, squares - sum * sum / n) / (n - 1) / n;
  }
  return std::sqrt(variance);
}

/// Every figure that other images would change, as a ratio of two means over images.
void for_each_figure(std::size_t exits,
                     const std::function<void(std::string, const Indicator&, const Indicator&)>& visit) {
  const Indicator all = [](const ImageEnd&) { return 1.0; };
  const Indicator right = [](const ImageEnd& end) { return end.correct ? 1.0 : 0.0; };
  visit("accuracy.top1", right, all);
  for (std::size_t k = 0; k < exits; ++k) {
    const Indicator here = [k](const ImageEnd& end) { return end.exit == static_cast<int>(k) ? 1.0 : 0.0; };
    const Indicator right_here = [&](const ImageEnd& end) { return here(end) * right(end); };
    visit(fmt::format("exits.{}.share", k), here, all);
    visit(fmt::format("exits.{}.accuracy", k), right_here, here);
  }
}

bool by_cells(const SampledRun& run) {
  return std::ranges::any_of(run.routes, [](const RoutePlan& route) { return route.frames.by_cells(); });
}

std::size_t most_exits(const Scenario& scenario) {
  std::size_t exits = 0;
  for (const DeviceGroup& group : scenario.devices) exits = std::max(exits, group.model.num_exits);
  return exits;
}

}  // namespace

std::vector<ImageSamplingError> image_sampling_errors(const SampledRun& run) {
  if (by_cells(run)) return {};
  const Sampling sampling(run);
  std::vector<ImageSamplingError> errors;
  for_each_figure(most_exits(run.scenario), [&](std::string metric, const Indicator& y, const Indicator& z) {
    const double error = standard_error(sampling.influences(y, z));
    if (!std::isnan(error)) errors.push_back({std::move(metric), error});
  });
  return errors;
}

std::vector<ImageSamplingError> image_sampling_errors_of_difference(const SampledRun& a,
                                                                    const SampledRun& b) {
  if (by_cells(a) || by_cells(b)) return {};
  const Sampling of_a(a);
  const Sampling of_b(b);
  std::vector<ImageSamplingError> errors;
  for_each_figure(std::min(most_exits(a.scenario), most_exits(b.scenario)),
                  [&](std::string metric, const Indicator& y, const Indicator& z) {
                    Influences difference = of_b.influences(y, z);
                    for (const auto& [profile, of_images] : of_a.influences(y, z)) {
                      std::vector<double>& moved = difference[profile];
                      moved.resize(of_images.size(), 0);
                      for (std::size_t j = 0; j < of_images.size(); ++j) moved[j] -= of_images[j];
                    }
                    const double error = standard_error(difference);
                    if (!std::isnan(error)) errors.push_back({std::move(metric), error});
                  });
  return errors;
}

}  // namespace offramp
