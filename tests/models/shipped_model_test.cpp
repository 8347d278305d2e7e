#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "models/nets/trained_model.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/people_answers.hpp"
#include "models/profiling/profile_model.hpp"
#include "models/profiling/profile_people.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/profile/recorded_values.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

TEST_CASE("the shipped profiles hold what the shipped networks say on the real images") {
  constexpr std::size_t kImages = 100;
  std::map<std::string, Dataset> known;
  for (const std::string& name : list_models()) {
    INFO(name);
    const ModelDescription model = read_model_description(name, ".");
    if (!std::filesystem::exists(weights_path(model))) continue;  // described, and not trained yet
    if (model.cells) continue;                                    // below
    if (!find_dataset(model.dataset)) {
      WARN(model.dataset << " is not on this machine: nothing compared for " << name);
      continue;
    }
    if (!known.contains(model.dataset))
      known.emplace(model.dataset, load_dataset(model.dataset, std::nullopt));
    const Dataset& data = known.at(model.dataset);
    const TrainedModel trained = load_trained_model(model);
    const ExitProfile profile = read_exit_profile(shipped_profile_path(model.directory));
    if (profile.data_files != data.files) {
      WARN(name << " was profiled from other files of " << model.dataset << ": nothing compared");
      continue;
    }
    REQUIRE(profile_fits(profile, trained, data));

    const ImageSet& test = profile.set("test");
    REQUIRE(test.images() == 10000);
    const torch::NoGradGuard no_grad;
    for (std::size_t image = 0; image < kImages; ++image) {
      const auto live = trained.network->all_exits(pixel_batch(data.test, image, 1));
      for (std::size_t exit = 0; exit < live.size(); ++exit) {
        const torch::Tensor row = live[exit].contiguous();
        const std::span<const float> seen(row.data_ptr<float>(), 10);
        const std::span<const float> recorded = test.logits[exit].subspan(image * 10, 10);
        std::vector<float> rounded(seen.begin(), seen.end());
        round_logits_as_recorded(rounded, 10);
        // What rounding makes of it, or, as another batch size adds in another order, within its 11 bits.
        for (std::size_t c = 0; c < 10; ++c)
          REQUIRE((recorded[c] == rounded[c] ||
                   std::abs(seen[c] - recorded[c]) < std::ldexp(std::abs(seen[c]), -11) + 1e-3));
      }
    }
  }
}

TEST_CASE(
    "the shipped people counter says of frames that it never saw what its profile holds, and counts as its "
    "card says") {
  const ModelDescription model = read_model_description("b_darknet53_mall", ".");
  const ExitProfile profile = read_exit_profile(shipped_profile_path(model.directory));
  const ImageSet& test = profile.set("test");
  REQUIRE(test.images() == 400);
  const CellSayings last{{test.logits.back().begin(), test.logits.back().end()},
                         {test.counts.back().begin(), test.counts.back().end()}};
  // Asked: at most 2.0 people off a frame, F1 of cells at least 0.86.
  REQUIRE(count_error(last, test.labels, test.cells) < 1.8);
  REQUIRE(cell_f1(last, test.labels) > 0.94);
  if (!find_dataset(model.dataset)) {
    WARN(model.dataset << " is not on this machine: nothing compared");
    return;
  }
  const PeopleDataset data = load_people_dataset(model.dataset, std::nullopt, model.input);
  const TrainedModel trained = load_trained_model(model);
  REQUIRE(people_profile_fits(profile, trained, data));
  LabelledImages few{data.test.images.shape, {}, {0, 0, 0}};
  few.pixels.assign(data.test.images.pixels.begin(),
                    data.test.images.pixels.begin() + 3 * static_cast<std::ptrdiff_t>(few.shape.elements()));
  const std::vector<CellSayings> live = run_all_cells(*trained.network, few);
  for (std::size_t exit = 0; exit < live.size(); ++exit)
    for (std::size_t cell = 0; cell < live[exit].counts.size(); ++cell)
      REQUIRE(std::abs(live[exit].counts[cell] - test.counts[exit][cell]) <
              std::ldexp(live[exit].counts[cell], -10) + 1e-3);  // both rounded to 11 bits
}

TEST_CASE("the shipped networks are as accurate at their final exit as their cards and the README say") {
  // Right of 10000 test images, at least. CIFAR-10 as JPEG-derived pictures.
  const std::map<std::string, int> least = {
      {"b_lenet_fashion", 9000},     {"b_alexnet_cifar10", 8200},     {"alexnet_cifar10", 8223},
      {"mobilenet_cifar10", 8155},   {"resnet_cifar10", 9125},        {"lenet_fashion", 9114},
      {"bridge_cifar10", 8327},      {"hybrid_cifar10", 9108},        {"b_resnet_cifar10", 9004},
      {"b_darknet53_fashion", 9248}, {"b_darknet53_cifar10", 8062},   {"b_alexnet_strided_cifar10", 8293},
      {"resnet_half_cifar10", 8969}, {"resnet_narrow_cifar10", 9004}, {"resnet_untaught_cifar10", 9063},
  };
  for (const auto& [name, correct_images] : least) {
    INFO(name);
    const ExitProfile profile =
        read_exit_profile(shipped_profile_path(read_model_description(name, ".").directory));
    const ImageSet& test = profile.set("test");
    const std::vector<bool> correct = correct_answers(test.logits.back(), test.labels);
    REQUIRE(std::count(correct.begin(), correct.end(), true) >= correct_images);
  }
}
