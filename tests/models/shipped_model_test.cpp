#include <algorithm>
#include <cmath>

#include "models/nets/trained_model.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/profile_model.hpp"
#include "sim/profile/profile_store.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

TEST_CASE("the shipped profile holds what the shipped network says on the real images") {
  const ModelDescription model = read_model_description("b_lenet_fashion", ".");
  if (!find_dataset(model.dataset)) {
    WARN("Fashion-MNIST is not on this machine (apt-get install dataset-fashion-mnist): nothing compared");
    return;
  }
  const Dataset data = load_dataset(model.dataset, std::nullopt);
  const TrainedModel trained = load_trained_model(model);
  const ExitProfile profile = read_exit_profile(shipped_profile_path(model.directory));
  REQUIRE(profile_fits(profile, trained, data));

  constexpr std::size_t kImages = 300;
  const ImageSet& test = profile.set("test");
  REQUIRE(test.images() == 10000);
  const torch::NoGradGuard no_grad;
  for (std::size_t image = 0; image < kImages; ++image) {
    const auto live = trained.network->all_exits(pixel_batch(data.test, image, 1));
    for (std::size_t exit = 0; exit < live.size(); ++exit) {
      const torch::Tensor row = live[exit].contiguous();
      const std::span<const float> seen(row.data_ptr<float>(), 10);
      const std::span<const float> recorded = test.logits[exit].subspan(image * 10, 10);
      for (std::size_t c = 0; c < 10; ++c) REQUIRE(std::abs(seen[c] - recorded[c]) < 1e-4);
      REQUIRE(predicted_class(seen) == predicted_class(recorded));
    }
  }
}

TEST_CASE("the shipped network is right on nine test images in ten at its final exit") {
  const ModelDescription model = read_model_description("b_lenet_fashion", ".");
  const ExitProfile profile = read_exit_profile(shipped_profile_path(model.directory));
  const ImageSet& test = profile.set("test");
  const std::vector<bool> correct = correct_answers(test.logits.back(), test.labels);
  REQUIRE(std::count(correct.begin(), correct.end(), true) >= 9000);
}
