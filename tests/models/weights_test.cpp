#include "models/nets/weights.hpp"

#include <filesystem>
#include <fstream>

#include "models/nets/registry.hpp"
#include "models/nets/trained_model.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

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

TEST_CASE("rounded weights take half or a quarter of the room, and come back as they are") {
  const int bits = GENERATE(16, 8);
  const ScratchDirectory folder;
  const ModelDescription model = synthetic_model(folder.path());
  const std::shared_ptr<BranchyNetwork> network = make_network(model);
  save_weights(weights_path(model), *network, weights_metadata(model, {0.5}));
  const auto whole = std::filesystem::file_size(weights_path(model));
  round_weights(*network, bits);
  save_weights(weights_path(model), *network, weights_metadata(model, {0.5}));
  REQUIRE(static_cast<double>(std::filesystem::file_size(weights_path(model))) <
          (bits == 16 ? 0.6 : 0.35) * static_cast<double>(whole));
  const TrainedModel back = load_trained_model(model);
  for (const auto& item : network->named_parameters())
    REQUIRE(torch::equal(back.network->named_parameters()[item.key()], item.value()));
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
    REQUIRE_THAT(all,
                 ContainsSubstring("conv1.weight is F32 [5, 1, 3, 3], but the network has F32 [5, 1, 5, 5]"));
    REQUIRE_THAT(all, ContainsSubstring("conv9.weight is not one of b_lenet's"));
    REQUIRE_THAT(all, ContainsSubstring("fc2.bias is missing"));
  }
}

TEST_CASE("whole numbers as weights are an error unless each row has its scale") {
  const ScratchDirectory folder;
  const ModelDescription model = synthetic_model(folder.path());
  const auto network = make_network(model);
  round_weights(*network, 8);
  save_weights(weights_path(model), *network, weights_metadata(model, {0.5}));
  const SafetensorsFile sound(weights_path(model));
  const auto complaint = [&](bool with_scale) {
    std::vector<TensorView> tensors;
    for (TensorView tensor : sound.tensors()) {
      if (tensor.name == "fc1.weight.scale") {
        if (!with_scale) continue;
        tensor.shape = {1, tensor.shape[0]};
      }
      tensors.push_back(tensor);
    }
    write_safetensors(folder / "changed", tensors, {});
    try {
      load_weights(folder / "changed", *network);
    } catch (const UserError& error) {
      return error.problems().front().text();
    }
    return std::string("no error");
  };
  REQUIRE_THAT(complaint(false), ContainsSubstring("changed") && ContainsSubstring("fc1.weight is I8") &&
                                     ContainsSubstring("without a scale for each row"));
  REQUIRE_THAT(complaint(true), ContainsSubstring("without a scale for each row"));
}

TEST_CASE("a model without weights is an error that says how to train it") {
  const ScratchDirectory folder;
  REQUIRE_THROWS_WITH(load_trained_model(synthetic_model(folder.path())),
                      ContainsSubstring("offramp train squares_model"));
}

TEST_CASE("a description that its network does not fit is an error") {
  ModelDescription model = synthetic_model("/nowhere");
  model.network = "b_lenett";
  REQUIRE_THROWS_WITH(make_network(model), ContainsSubstring("did you mean \"b_lenet\"?"));
  model.network = "b_lenet";
  model.num_exits = 3;
  REQUIRE_THROWS_WITH(make_network(model), ContainsSubstring("1 blocks (first), but exits are 3"));
}

TEST_CASE("weights that are cut short, foreign or empty are an error that names the file") {
  const ScratchDirectory folder;
  const ModelDescription model = synthetic_model(folder.path());
  save_weights(weights_path(model), *make_network(model), weights_metadata(model, {0.5}));
  const auto complaint = [&] {
    try {
      load_trained_model(model);
    } catch (const UserError& error) {
      return error.problems().front().text();
    }
    return std::string("no error");
  };
  REQUIRE(complaint() == "no error");
  const auto whole = std::filesystem::file_size(weights_path(model));
  for (const auto length : {whole - 1, whole / 2, std::uintmax_t{20}, std::uintmax_t{3}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(weights_path(model), length);
    INFO(length);
    REQUIRE_THAT(complaint(), ContainsSubstring("weights.safetensors"));
  }
  std::ofstream(weights_path(model)) << "\x89PNG\r\n" << std::string(500, 'x');
  REQUIRE_THAT(complaint(), ContainsSubstring("weights.safetensors"));
  // Sound, but of another kind of file, or with thresholds for another number of exits.
  save_weights(weights_path(model), *make_network(model), {});
  REQUIRE_THAT(complaint(), ContainsSubstring("weights.safetensors") &&
                                ContainsSubstring("thresholds_nats needs 1 numbers"));
}
