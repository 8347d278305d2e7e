#include "models/nets/weights.hpp"

#include "models/nets/registry.hpp"
#include "models/nets/trained_model.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::Contains;

TEST_CASE("weights come back as they were saved and with their thresholds") {
  const ScratchDirectory folder;
  const ModelDescription model = synthetic_model(folder.path());
  const std::shared_ptr<BranchyNetwork> network = make_network(model);
  network->set_pixel_statistics({70.0F}, {50.0F});
  save_weights(weights_path(model), *network, weights_metadata(model, {0.3125}));
  const TrainedModel back = load_trained_model(model);
  REQUIRE(back.thresholds_nats == std::vector<double>{0.3125});
  const torch::Tensor pixels = torch::rand({3, 1, 28, 28}) * 255;
  const torch::NoGradGuard no_grad;
  for (std::size_t exit = 0; exit < 2; ++exit)
    REQUIRE(torch::equal(back.network->all_exits(pixels)[exit], network->all_exits(pixels)[exit]));
}

TEST_CASE("weights of another network are an error that names every tensor") {
  const ScratchDirectory folder;
  const std::vector<float> zeros(200, 0.0F);
  const std::span<const float> values(zeros);
  write_safetensors(folder / "w",
                    {tensor_view("conv1.weight", values.first(45), {5, 1, 3, 3}),
                     tensor_view("conv9.weight", values.first(2), {2})},
                    {});
  const auto network = make_network(synthetic_model("/nowhere"));
  try {
    load_weights(folder / "w", *network);
    FAIL("no error");
  } catch (const UserError& error) {
    std::string all;
    for (const Problem& problem : error.problems()) all += problem.text() + "\n";
    REQUIRE_THAT(all, Contains("conv1.weight is F32 [5, 1, 3, 3], but the network has F32 [5, 1, 5, 5]"));
    REQUIRE_THAT(all, Contains("conv9.weight is not one of b_lenet's"));
    REQUIRE_THAT(all, Contains("fc2.bias is missing"));
  }
}

TEST_CASE("a model without weights is an error that says how to train it") {
  const ScratchDirectory folder;
  REQUIRE_THROWS_WITH(load_trained_model(synthetic_model(folder.path())),
                      Contains("offramp train squares_model"));
}

TEST_CASE("a description that its network does not fit is an error") {
  ModelDescription model = synthetic_model("/nowhere");
  model.network = "b_lenett";
  REQUIRE_THROWS_WITH(make_network(model), Contains("did you mean \"b_lenet\"?"));
  model.network = "b_lenet";
  model.num_exits = 3;
  REQUIRE_THROWS_WITH(make_network(model), Contains("1 blocks (first), but exits are 3"));
}
