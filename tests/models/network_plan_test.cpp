#include <algorithm>

#include "models/nets/registry.hpp"
#include "models/profiling/cost_counter.hpp"
#include "models/training/recipe.hpp"
#include "sim/core/error.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

ModelDescription description(const std::string& network, std::size_t exits,
                             const std::map<std::string, std::string>& options = {}) {
  ModelDescription model;
  model.name = "test";
  model.directory = "/nowhere";
  model.network = network;
  model.dataset = "cifar10";
  model.input = {3, 32, 32};
  model.num_classes = 10;
  model.num_exits = exits;
  model.options = options;
  return model;
}

std::vector<ExitCost> costs_of(const ModelDescription& model) {
  return count_exit_costs(*make_network(model), model.input);
}

std::int64_t parameters(const BranchyNetwork& network) {
  std::int64_t sum = 0;
  for (const torch::Tensor& tensor : network.parameters()) sum += tensor.numel();
  return sum;
}

torch::Tensor some_pixels() { return torch::randint(0, 256, {2, 3, 32, 32}).to(torch::kFloat32); }

}  // namespace

TEST_CASE("AlexNet's trunk costs what its published layers add up to") {
  const std::vector<ExitCost> costs = costs_of(description("alexnet", 1));
  REQUIRE(costs.size() == 1);
  // Multiply-adds: conv1 32x32x32 x 75; conv2 64x16x16 x 800; conv3 96x8x8 x 576; conv4 96x8x8 x 864;
  // conv5 64x8x8 x 864. Two FLOPs each; biases in conv1 and conv2 only.
  const double convolutions =
      2.0 * (32768 * 75 + 16384 * 800 + 6144 * 576 + 6144 * 864 + 4096 * 864) + 32768 + 16384;
  // Normalise 3072 x 2. conv1: ReLU 32768, pool 8192 x 9, norm 8192 x 2; conv2: ReLU 16384, pool 4096 x 9,
  // norm 4096 x 2; conv3, conv4: norm and ReLU 6144 x 3 each; conv5: 4096 x 3, pool 1024 x 9.
  const double others = 6144 + 32768 + 8192 * 11 + 16384 + 4096 * 11 + 2 * 6144 * 3 + 4096 * 3 + 1024 * 9;
  REQUIRE(costs[0].backbone.flops == convolutions + others);
  // Classifier 1024 -> 256 -> 128 -> 10 with two ReLU; dropout does nothing here.
  REQUIRE(costs[0].head.flops == 256 * 2049 + 256 + 128 * 513 + 128 + 10 * 257);
}

TEST_CASE("the published branch of AlexNet behind conv2 bounds its gain by 1.6") {
  const std::vector<ExitCost> costs = costs_of(description("alexnet", 3));
  // Behind conv2: 32 channels from 64, then from 32, at 8x8: 2 x 64x32 x (576 + 288), twice norm and ReLU
  // 2048 x 3; pool 512 x 9; linear 10 x 1025.
  REQUIRE(costs[0].head.flops == 2.0 * 2048 * 864 + 2 * 2048 * 3 + 512 * 9 + 10 * 1025);
  const double plain = costs_of(description("alexnet", 1))[0].backbone.flops;
  REQUIRE(plain / (costs[0].backbone.flops + costs[0].head.flops) < 1.65);
}

TEST_CASE("a strided branch of AlexNet behind conv1 costs less than a third of a published one") {
  const auto behind_conv1 = [](const char* branches) {
    return costs_of(description("alexnet", 2, {{"exits_after", "conv1"}, {"branches", branches}}))[0]
        .head.flops;
  };
  // 32 channels from 32 at 8x8, 48 from those: 2 x (2048 x 288 + 3072 x 288), norm and ReLU (2048 + 3072) x
  // 3; pool 768 x 9; linear 10 x 1537.
  REQUIRE(behind_conv1("strided") == 2.0 * 5120 * 288 + 5120 * 3 + 768 * 9 + 10 * 1537);
  REQUIRE(behind_conv1("strided") < behind_conv1("published") / 3);
}

TEST_CASE("ResNet-9 of width 64 has the published 6.57 million parameters") {
  // Convolutions: 3x3 over 3-64, 64-128, 128-128 twice, 128-256, 256-512, 512-512 twice; two numbers a
  // channel for each norm; linear 512 x 10 + 10.
  const std::int64_t kernels =
      9 * (3 * 64 + 64 * 128 + 2 * 128 * 128 + 128 * 256 + 256 * 512 + 2 * 512 * 512);
  const std::int64_t norms = 2 * (64 + 3 * 128 + 256 + 3 * 512);
  REQUIRE(parameters(*make_network(description("resnet9", 1))) == kernels + norms + 5130);
  REQUIRE(kernels + norms + 5130 == 6573130);
}

TEST_CASE("the late ResNet-9 has 2.6 million parameters, and most of its arithmetic in the later blocks") {
  // Kernels: 27-32 by 1x1, then 3x3 over 32-64, 64-64, 64-256, 256-256 four times; two numbers a channel for
  // each norm; linear 256 x 10 + 10.
  const std::int64_t kernels = 27 * 32 + 9 * (32 * 64 + 64 * 64 + 64 * 256 + 4 * 256 * 256);
  const std::int64_t norms = 2 * (32 + 2 * 64 + 5 * 256);
  REQUIRE(parameters(*make_network(description("resnet9_late", 1))) == kernels + norms + 2570);
  // Multiply-adds, by the side of what comes out: whitening and 1x1 at 32; conv1 at 30; residual1 and conv2
  // at 15; residual2 and conv3 at 7; residual3 twice at 3.
  const double early = 1024 * 27 * (27 + 32) + 900 * 9 * 32 * 64 + 225 * 9 * 64 * 64;
  const double late = 9 * 256 * (225 * 64 + 49 * 256 + 49 * 256 + 2 * 9 * 256);
  // Beside two FLOPs each: norms, ReLU, sums and pooling, which take less than a twentieth more.
  const std::vector<ExitCost> costs =
      costs_of(description("resnet9_late", 2, {{"exits_after", "residual1"}}));
  REQUIRE(costs[0].backbone.flops > 2 * early);
  REQUIRE(costs[0].backbone.flops < 2.1 * early);
  REQUIRE(costs[1].backbone.flops > 2 * late);
  REQUIRE(costs[1].backbone.flops < 2.1 * late);
}

TEST_CASE("what the late ResNet-9 narrows starts by passing its input on") {
  const auto network = make_network(description("resnet9_late", 1));
  const torch::Tensor kernel = network->named_parameters()["conv2.0.weight"].detach();
  REQUIRE(kernel.sizes() == torch::IntArrayRef{256, 64, 3, 3});
  const torch::Tensor x = torch::randn({1, 64, 5, 5});
  const torch::Tensor y = torch::conv2d(x, kernel, {}, 1, 1);
  REQUIRE(torch::allclose(y.narrow(1, 0, 64), x, 1e-4, 1e-5));
  REQUIRE_FALSE(torch::allclose(y.narrow(1, 64, 64), x, 1e-4, 1e-5));
}

TEST_CASE("MobileNet for 32x32 pictures needs 6.6 million multiply-adds and 46 thousand parameters at most") {
  const std::vector<ExitCost> costs = costs_of(description("mobilenet", 1));
  // Stem 16x32x32 x 27. Blocks, in-hidden-out at side: 16-32-16 at 32; 16-64-24, 32 to 16; 24-96-24 at 16;
  // 24-96-32, 16 to 8; 32-128-32 at 8; 32-128-64, 8 to 4; 64-256-64 at 4; top 64-128 at 4; linear.
  const auto block = [](double in, double hidden, double out, double side_in, double side_out) {
    return side_in * side_in * in * hidden + side_out * side_out * hidden * (9 + out);
  };
  const double macs = 16 * 1024 * 27 + block(16, 32, 16, 32, 32) + block(16, 64, 24, 32, 16) +
                      block(24, 96, 24, 16, 16) + block(24, 96, 32, 16, 8) + block(32, 128, 32, 8, 8) +
                      block(32, 128, 64, 8, 4) + block(64, 256, 64, 4, 4) + 16 * 64 * 128 + 1280;
  // Beside two FLOPs each: norms, ReLU, sums, pooling and normalisation, which take less than a quarter more.
  const double flops = costs[0].backbone.flops + costs[0].head.flops;
  REQUIRE(flops > 2 * macs);
  REQUIRE(flops < 2.25 * macs);
}

TEST_CASE("with exits or without, a network has the same trunk") {
  for (const char* name : {"alexnet", "resnet9", "resnet9_late", "mobilenet", "darknet53"}) {
    torch::manual_seed(3);
    const auto plain = make_network(description(name, 1));
    torch::manual_seed(3);
    const auto branchy = make_network(description(name, 3));
    REQUIRE(branchy->num_exits() == 3);
    const auto tensors = branchy->named_parameters();
    for (const auto& item : plain->named_parameters())
      REQUIRE(torch::equal(item.value(), tensors[item.key()]));
    plain->eval();
    branchy->eval();
    const torch::NoGradGuard no_grad;
    const torch::Tensor pixels = some_pixels();
    REQUIRE(torch::allclose(plain->all_exits(pixels).back(), branchy->all_exits(pixels).back()));
  }
}

TEST_CASE("any block but the last can carry an exit") {
  const std::map<std::string, std::vector<const char*>> blocks = {
      {"resnet9", {"stem", "conv1", "residual1", "conv2", "conv3"}},
      {"resnet9_late", {"stem", "conv1", "residual1", "conv2", "residual2", "conv3"}}};
  for (const auto& [name, all] : blocks) {
    for (const char* after : all) {
      INFO(name << " " << after);
      const auto network = make_network(description(name, 2, {{"exits_after", after}, {"width", "8"}}));
      const torch::NoGradGuard no_grad;
      network->eval();
      const std::vector<torch::Tensor> logits = network->all_exits(some_pixels());
      REQUIRE(logits.size() == 2);
      REQUIRE(logits[0].sizes() == torch::IntArrayRef{2, 10});
    }
  }
  REQUIRE_THROWS_WITH(make_network(description("resnet9", 2, {{"exits_after", "conv7"}})),
                      ContainsSubstring("model.yaml") && ContainsSubstring("behind no block"));
}

TEST_CASE("options that do not fit are errors, all together") {
  try {
    make_network(description("resnet9", 3, {{"width", "wide"}, {"exits_after", "conv1"}, {"depth", "20"}}));
    FAIL("no error");
  } catch (const UserError& error) {
    REQUIRE(error.problems().size() == 3);
    std::string all;
    for (const Problem& problem : error.problems()) all += problem.text() + "\n";
    REQUIRE_THAT(all,
                 ContainsSubstring("options.width: found \"wide\"; write a whole number from 4 to 1024"));
    REQUIRE_THAT(all, ContainsSubstring("options.exits_after: 1 blocks (conv1), but exits are 3"));
    REQUIRE_THAT(all, ContainsSubstring("no option \"depth\""));
  }
}

TEST_CASE("LeNet with its branch and without has the weights that B-LeNet's file names") {
  ModelDescription model = description("b_lenet", 2);
  model.input = {1, 28, 28};
  std::vector<std::string> names;
  for (const auto& item : make_network(model)->named_parameters()) names.push_back(item.key());
  std::sort(names.begin(), names.end());
  REQUIRE(names == std::vector<std::string>{"branch_conv.bias", "branch_conv.weight", "branch_fc.bias",
                                            "branch_fc.weight", "conv1.bias", "conv1.weight", "conv2.bias",
                                            "conv2.weight", "conv3.bias", "conv3.weight", "fc1.bias",
                                            "fc1.weight", "fc2.bias", "fc2.weight"});
  model.num_exits = 1;
  REQUIRE(make_network(model)->named_parameters().size() == 10);
}

TEST_CASE("Darknet-53 has the 40.6 million parameters of the published network and 52 convolutions") {
  const auto network = make_network(description("darknet53", 1));
  // With 1000 classes 41.6 million are published for the classifier network; ours has 10: 990 x 1025 less.
  // Convolutions: 3x3 of 3-32; five of c-2c with stride 2; residual blocks of 2c-c (1x1) and c-2c (3x3).
  std::int64_t kernels = 27 * 32;
  std::int64_t norms = 32;
  std::int64_t convolutions = 1;
  std::int64_t channels = 32;
  for (const int residuals : {1, 2, 8, 8, 4}) {
    kernels +=
        9 * channels * 2 * channels + residuals * (2 * channels * channels + 9 * channels * 2 * channels);
    norms += 2 * channels + residuals * 3 * channels;
    convolutions += 1 + 2 * residuals;
    channels *= 2;
  }
  REQUIRE(convolutions == 52);
  REQUIRE(parameters(*network) == kernels + 2 * norms + 10 * 1025);
  REQUIRE(kernels + 2 * norms + 1000 * 1025 == 41609928);
}

TEST_CASE("the bridge's converter sends the channels that were asked for, and both networks' weights fit") {
  const auto shapes = [](const BranchyNetwork& network, const std::string& prefix) {
    std::map<std::string, std::vector<std::int64_t>> found;
    for (const auto& item : network.named_parameters())
      if (item.key().starts_with(prefix))
        found[item.key().substr(prefix.size())] = item.value().sizes().vec();
    return found;
  };
  const auto edge = shapes(*make_network(description("mobilenet", 1)), "");
  const auto cloud = shapes(*make_network(description("resnet9", 1, {{"width", "32"}})), "");
  for (const char* channels : {"1", "4", "32"}) {
    const auto bridge = make_network(description("bridge", 3, {{"converter_channels", channels}}));
    bridge->eval();
    const torch::NoGradGuard no_grad;
    const torch::Tensor feature = bridge->backbone(1, bridge->backbone(0, some_pixels()));
    REQUIRE(feature.sizes() == torch::IntArrayRef{2, std::stoi(channels), 8, 8});
    REQUIRE(shapes(*bridge, "edge_") == edge);
    // Of the ResNet what lies behind conv2: conv3, residual2, the classifier.
    for (const auto& [name, shape] : shapes(*bridge, "cloud_")) REQUIRE(cloud.at(name) == shape);
  }
  const auto hybrid = make_network(description("hybrid", 2));
  REQUIRE(shapes(*hybrid, "edge_") == edge);
  REQUIRE(shapes(*hybrid, "cloud_") == shapes(*make_network(description("resnet9_late", 1)), ""));
}

TEST_CASE("the hybrid's cloud reads the raw image, and its router answers beside the edge net") {
  const auto hybrid = make_network(description("hybrid", 2));
  const auto plain = make_network(description("resnet9_late", 1));
  hybrid->eval();
  const torch::NoGradGuard no_grad;
  const torch::Tensor pixels = some_pixels();
  REQUIRE(torch::equal(hybrid->backbone(0, pixels), pixels));
  REQUIRE(hybrid->has_routers());
  const std::vector<HeadAnswer> answers = hybrid->all_answers(pixels);
  REQUIRE(answers[0].router.sizes() == torch::IntArrayRef{2});
  REQUIRE_FALSE(answers[1].router.defined());
  // Nothing runs before the image is sent; the cloud costs what the ResNet costs.
  const std::vector<ExitCost> costs = costs_of(description("hybrid", 2));
  REQUIRE(costs[0].backbone.calls == 0);
  REQUIRE(costs[1].backbone.flops == count_exit_costs(*plain, {3, 32, 32})[0].backbone.flops);
}

TEST_CASE("images that a network is too deep for are an error") {
  ModelDescription model = description("resnet9", 1);
  model.input = {3, 4, 4};
  REQUIRE_THROWS_WITH(make_network(model), ContainsSubstring("too small"));
}

TEST_CASE("every entry of the zoo describes a network that can be built and a recipe that can be read") {
  for (const std::string& name : list_models()) {
    INFO(name);
    const ModelDescription model = read_model_description(name, ".");
    const std::vector<ExitCost> costs = costs_of(model);
    REQUIRE(costs.size() == model.num_exits);
    REQUIRE(read_recipe(model).exit_weights.size() == model.num_exits);
  }
}
