#include <torch/script.h>

#include <fstream>

#include "models/nets/imported_network.hpp"
#include "models/nets/trained_model.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/measured_times.hpp"
#include "models/training/import_model.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

// What torch.jit.script makes of the example of analysis/profile_format.md, on 28x28 pictures, smaller.
constexpr const char* kBackbone = R"(
def backbone(self, segment: int, x: Tensor) -> Tensor:
    if segment == 0:
        return torch.relu(torch.conv2d(x / 255.0, self.kernel, None, [2, 2], [1, 1]))
    return torch.max_pool2d(x, [2, 2])
)";
constexpr const char* kHead = R"(
def head(self, exit: int, feature: Tensor) -> Tensor:
    if exit == 0:
        return torch.matmul(feature.flatten(1), self.early)
    return torch.matmul(feature.flatten(1), self.late)
)";
constexpr const char* kNumExits = R"(
def num_exits(self) -> int:
    return 2
)";
constexpr const char* kRouter = R"(
def router(self, exit: int, feature: Tensor) -> Tensor:
    return feature.mean([1, 2, 3]) - 1.0
)";

fs::path write_module(const ScratchDirectory& folder, const std::vector<const char*>& methods) {
  torch::manual_seed(3);
  torch::jit::Module module("Net");
  module.register_parameter("kernel", torch::randn({4, 1, 3, 3}), false);
  module.register_parameter("early", torch::randn({4 * 14 * 14, 10}) / 20, false);
  module.register_parameter("late", torch::randn({4 * 7 * 7, 10}) / 10, false);
  for (const char* method : methods) module.define(method);
  module.save((folder / "net.pt").string());
  return folder / "net.pt";
}

std::string complaint(const std::function<void()>& work) {
  try {
    work();
  } catch (const UserError& error) {
    std::string all;
    for (const Problem& problem : error.problems()) all += problem.text() + "\n";
    return all;
  }
  return {};
}

}  // namespace

TEST_CASE("a TorchScript module becomes a model with thresholds and a profile of what it says") {
  const ScratchDirectory folder;
  const Dataset data = synthetic_data();
  const fs::path file = write_module(folder, {kBackbone, kHead, kNumExits, kRouter});
  import_model(file, data, folder / "mine");

  const ModelDescription model = read_model_description("./mine", folder.path());
  REQUIRE(model.network == "torchscript");
  REQUIRE(model.num_exits == 2);
  const ProfileLookup found = find_profile(model.directory, {{"exit 0", "int8_zstd"}});
  INFO(found.why_not);
  REQUIRE(found.path);
  const ExitProfile profile = read_exit_profile(*found.path);
  REQUIRE(profile.model == "mine");
  REQUIRE(profile.has_routers);
  REQUIRE(profile.find_split("exit 0")->shape == FeatureShape{4, 14, 14});
  // 4 outputs of 14x14, 9 products each; the kernel is the only weight of the segment.
  REQUIRE(profile.exits[0].backbone.weight_bytes == 4 * 36);

  const torch::NoGradGuard no_grad;
  torch::jit::Module module = torch::jit::load(file.string());
  const TrainedModel trained = load_trained_model(model);
  REQUIRE(trained.thresholds_nats.size() == 1);
  constexpr double kRounding = 1.0 / 2048;  // a profile keeps 11 bits
  for (std::size_t image = 0; image < 60; ++image) {
    const torch::Tensor pixels = pixel_batch(data.test, image, 1);
    const torch::Tensor feature = module.get_method("backbone")({0, pixels}).toTensor();
    const torch::Tensor logits = module.get_method("head")({0, feature}).toTensor();
    for (int c = 0; c < 10; ++c)
      REQUIRE(profile.set("test").logits[0][image * 10 + static_cast<std::size_t>(c)] ==
              Approx(logits[0][c].item<float>()).epsilon(kRounding).margin(1e-4));
    REQUIRE(profile.set("test").routers[0][image] ==
            Approx(module.get_method("router")({0, feature}).toTensor().item<float>())
                .epsilon(kRounding)
                .margin(1e-4));
    REQUIRE(torch::allclose(trained.network->head(0, trained.network->backbone(0, pixels)), logits));
  }
  // It can be frozen and timed like any other network.
  const MeasuredTimes times =
      measure_times(*trained.network, *trained.network, data.test, {"router", {1}, 0, 0}, {}, 5);
  REQUIRE(times.exit_shares == std::vector<double>{0, 1});
}

TEST_CASE("what a module lacks is told all at once and nothing is written") {
  const ScratchDirectory folder;
  const Dataset data = synthetic_data();
  const auto import_with = [&](const std::vector<const char*>& methods) {
    const std::string text =
        complaint([&] { import_model(write_module(folder, methods), data, folder / "mine"); });
    REQUIRE_FALSE(fs::exists(folder / "mine"));
    return text;
  };
  REQUIRE_THAT(import_with({}), ContainsSubstring("net.pt: has no method backbone(self") &&
                                    ContainsSubstring("has no method head(self") &&
                                    ContainsSubstring("has no method num_exits(self)"));
  constexpr const char* kFiveClasses = R"(
def head(self, exit: int, feature: Tensor) -> Tensor:
    return torch.zeros([feature.size(0), 5])
)";
  REQUIRE_THAT(
      import_with({kBackbone, kFiveClasses, kNumExits}),
      ContainsSubstring(
          "head(0, ...) returned [2, 5] for 2 images; the data has 10 classes, so logits are [2, 10]") &&
          ContainsSubstring("head(1, ...) returned [2, 5]"));
  constexpr const char* kFlat = R"(
def backbone(self, segment: int, x: Tensor) -> Tensor:
    return x.flatten(1)
)";
  REQUIRE_THAT(
      import_with({kFlat, kHead, kNumExits}),
      ContainsSubstring(
          "backbone(0, ...) returned [2, 784] for 2 images; a feature is [images, channels, height"));
  constexpr const char* kFails = R"(
def backbone(self, segment: int, x: Tensor) -> Tensor:
    return torch.matmul(x, self.early)
)";
  REQUIRE_THAT(import_with({kFails, kHead, kNumExits}), ContainsSubstring("backbone failed: "));
}

TEST_CASE("a file that is no module, or a folder that is there, is refused") {
  const ScratchDirectory folder;
  const Dataset data = synthetic_data();
  std::ofstream(folder / "net.pt") << "no archive";
  REQUIRE_THAT(complaint([&] { import_model(folder / "net.pt", data, folder / "mine"); }),
               ContainsSubstring("net.pt: is no TorchScript module that LibTorch"));
  REQUIRE_THAT(complaint([&] { import_model(folder / "nowhere.pt", data, folder / "mine"); }),
               ContainsSubstring("nowhere.pt: cannot be read"));
  REQUIRE_THAT(complaint([&] {
                 import_model(write_module(folder, {kBackbone, kHead, kNumExits}), data, folder.path());
               }),
               ContainsSubstring("is there already"));
}
