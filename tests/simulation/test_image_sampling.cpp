#include <cmath>

#include "sim/simulation/image_sampling.hpp"
#include "tests/catch.hpp"
#include "tests/simulation/probe.hpp"

using namespace offramp;

namespace {

double error_of(const std::vector<ImageSamplingError>& errors, const std::string& metric) {
  for (const ImageSamplingError& error : errors)
    if (error.metric == metric) return error.standard_error;
  return std::nan("");
}

/// 100 images, of which `wrong` have another label than both exits say, and `sure` leave at exit 0.
ExitProfile profile_with(ProbeProfile& probe, std::size_t wrong) {
  for (std::size_t i = 0; i < wrong; ++i) probe.labels[i] = 1 - probe.labels[i];
  return probe.profile();
}

Scenario entropy_scenario() {
  Scenario scenario = probe_scenario(3, 2);
  scenario.devices[0].policy = {"entropy", {0.1}, {}};
  scenario.devices[0].offload = OffloadSpec{"exit 0", "probe"};
  return scenario;
}

}  // namespace

TEST_CASE("the accuracy's sampling error is that of a share of so many images") {
  // 20 of 100 images are wrong: s^2 = 0.8 x 0.2 x 100 / 99, standard error sqrt(s^2 / 100) = sqrt(0.16 / 99).
  // The first 60 leave at exit 0, among them all that are wrong: share 0.6, sqrt(0.24 / 99). Of exit 0's
  // accuracy, R = 40 / 60: e = y - R z is 1/3 for 40 images, -2/3 for 20, else 0: squares 40 / 9 + 80 / 9 =
  // 40 / 3, mean 0; variance 40 / 3 / 99 / 100 / 0.6^2. Of exit 1, always right, there is no error.
  std::vector<bool> sure(100, false);
  for (std::size_t i = 0; i < 60; ++i) sure[i] = true;
  ProbeProfile probe(sure, 100);
  const ExitProfile profile = profile_with(probe, 20);
  const Scenario scenario = entropy_scenario();
  const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
  const auto errors = image_sampling_errors({scenario, routes});
  CHECK(error_of(errors, "accuracy.top1") == Approx(std::sqrt(0.16 / 99)));
  CHECK(error_of(errors, "exits.0.share") == Approx(std::sqrt(0.24 / 99)));
  CHECK(error_of(errors, "exits.1.share") == Approx(std::sqrt(0.24 / 99)));
  CHECK(error_of(errors, "exits.0.accuracy") == Approx(std::sqrt(40.0 / 3 / 99 / 100 / 0.36)));
  CHECK(error_of(errors, "exits.1.accuracy") == Approx(0).margin(1e-12));
}

TEST_CASE("an exit that nobody takes has no sampling error") {
  ProbeProfile probe(std::vector<bool>(10, true), 100);
  const ExitProfile profile = probe.profile();
  const Scenario scenario = entropy_scenario();
  const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, profile)};
  const auto errors = image_sampling_errors({scenario, routes});
  CHECK(std::isnan(error_of(errors, "exits.1.accuracy")));
}

TEST_CASE("two groups that see the same images do not make them more") {
  // Groups alike: e_j is the same as with one group, whatever their weights. With profiles of their own each
  // has half the weight: variance 2 x (1/2)^2 of one, that is half of it.
  ProbeProfile probe(std::vector<bool>(100, true), 100);
  ExitProfile one = profile_with(probe, 20);
  one.storage.push_back(std::make_shared<int>(1));
  ExitProfile other = one;
  other.storage = {std::make_shared<int>(2)};
  Scenario scenario = entropy_scenario();
  scenario.devices.push_back(scenario.devices[0]);
  const auto with = [&](const ExitProfile& second) {
    const std::vector<RoutePlan> routes{plan_route(scenario.devices[0], scenario, one),
                                        plan_route(scenario.devices[1], scenario, second)};
    return error_of(image_sampling_errors({scenario, routes}), "accuracy.top1");
  };
  CHECK(with(one) == Approx(std::sqrt(0.16 / 99)));
  CHECK(with(other) == Approx(std::sqrt(0.16 / 99 / 2)));
}

TEST_CASE("a difference over the same images knows what both sides have in common") {
  // Of 4 images the device is right about the last two, the cloud about all but the first. How each image
  // moves the accuracy: y - R is -0.5, -0.5, 0.5, 0.5 on the device, R = 0.5, and -0.75, 0.25, 0.25, 0.25 in
  // the cloud, R = 0.75. Cloud less device, image by image: -0.25, 0.75, -0.25, -0.25, with s^2 = 0.75 / 3
  // and the standard error sqrt(0.25 / 4). Of two profiles, the variances add: (1 / 3 + 0.75 / 3) / 4.
  ProbeProfile probe(std::vector<bool>(4, true), 100);
  for (const std::size_t image : {0U, 1U})
    std::swap(probe.early_logits[2 * image], probe.early_logits[2 * image + 1]);
  std::swap(probe.final_logits[0], probe.final_logits[1]);
  ExitProfile profile = probe.profile();
  profile.storage = {std::make_shared<int>(1)};
  ExitProfile another = profile;
  another.storage = {std::make_shared<int>(2)};
  Scenario device = entropy_scenario();
  device.devices[0].policy = {"never", {}};
  Scenario cloud = entropy_scenario();
  cloud.devices[0].policy = {"always", {}};
  const std::vector<RoutePlan> of_device{plan_route(device.devices[0], device, profile)};
  const auto difference = [&](const ExitProfile& of_cloud) {
    const std::vector<RoutePlan> routes{plan_route(cloud.devices[0], cloud, of_cloud)};
    return error_of(image_sampling_errors_of_difference({device, of_device}, {cloud, routes}),
                    "accuracy.top1");
  };
  CHECK(difference(profile) == Approx(0.25));
  CHECK(difference(another) == Approx(std::sqrt((1 / 3.0 + 0.75 / 3) / 4)));
  CHECK(error_of(image_sampling_errors_of_difference({device, of_device}, {device, of_device}),
                 "accuracy.top1") == Approx(0).margin(1e-12));
}
