#include "models/profiling/profile_model.hpp"
#include "models/profiling/code_split.hpp"

#include <cmath>

#include "models/codec/codec.hpp"
#include "models/nets/registry.hpp"
#include "models/nets/weights.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/make_profile.hpp"
#include "sim/core/error.hpp"
#include "sim/policy/temperature.hpp"
#include "tests/models/synthetic_data.hpp"
#include "tests/models/torch_catch.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

/// B-LeNet with random weights on the synthetic data, in a directory of its own.
struct Workshop {
  ScratchDirectory folder;
  Dataset data = synthetic_data();
  ModelDescription model = synthetic_model(folder.path());

  explicit Workshop(std::uint64_t seed = 1) { new_weights(seed); }

  void new_weights(std::uint64_t seed) const {
    torch::manual_seed(seed);
    save_weights(weights_path(model), *make_network(model), weights_metadata(model, {0.5}));
  }

  MadeProfile make(std::vector<CodecRequest> wanted, bool from_scratch = false) const {
    return make_profile(model, data, {std::move(wanted), std::nullopt, from_scratch});
  }
};

/// Two exits that read the mean pixel; exit 0 has a router that says the pixels' sum over 1000, less 30.
class RoutedNetwork : public BranchyNetwork {
 public:
  RoutedNetwork() : BranchyNetwork("routed", 1) {}
  int num_exits() const override { return 2; }
  torch::Tensor backbone(int, const torch::Tensor& x) override { return x; }
  torch::Tensor head(int exit, const torch::Tensor& feature) override {
    return feature.mean({1, 2, 3}).unsqueeze(1) * torch::arange(10) / (exit + 1.0);
  }
  bool has_routers() const override { return true; }
  HeadAnswer answer(int exit, const torch::Tensor& feature) override {
    return {head(exit, feature), exit == 0 ? feature.sum({1, 2, 3}) / 1000 - 30 : torch::Tensor()};
  }
};

/// A profile keeps 11 bits of what the network says, and another batch size adds in another order.
bool records(std::span<const float> recorded, const torch::Tensor& live, float other_order = 1e-4F) {
  const torch::Tensor row = live.contiguous();
  const float* said = row.data_ptr<float>();
  return std::equal(recorded.begin(), recorded.end(), said, [other_order](float kept, float value) {
    return std::abs(kept - value) <= std::ldexp(std::abs(value), -11) + other_order;
  });
}

}  // namespace

TEST_CASE("a profile holds what the network says on each image alone") {
  const Workshop workshop;
  workshop.make({});
  const ExitProfile profile = read_exit_profile(shipped_profile_path(workshop.model.directory));
  const TrainedModel trained = load_trained_model(workshop.model);
  const torch::NoGradGuard no_grad;
  REQUIRE(profile.set("test").images() == 60);
  REQUIRE(profile.set("validation").images() == 50);
  for (std::size_t image = 0; image < 60; ++image) {
    REQUIRE(profile.set("test").labels[image] == workshop.data.test.labels[image]);
    const auto live = trained.network->all_exits(pixel_batch(workshop.data.test, image, 1));
    for (std::size_t exit = 0; exit < 2; ++exit)
      REQUIRE(records(profile.set("test").logits[exit].subspan(image * 10, 10), live[exit]));
  }
}

TEST_CASE("a profile holds what the later exits say on what a codec delivers") {
  const Workshop workshop;
  const ExitProfile profile = workshop.make({{"exit 0", "int8_zstd"}, {"input", "jpeg20"}}).profile;
  const std::size_t test = profile.set_index("test");
  const TrainedModel trained = load_trained_model(workshop.model);
  const torch::NoGradGuard no_grad;

  const SplitPoint& at_exit = *profile.find_split("exit 0");
  REQUIRE(at_exit.shape == FeatureShape{5, 15, 15});
  const CodedSet& features = at_exit.find_codec("int8_zstd")->sets[test];
  REQUIRE(features.logits.size() == 1);  // exit 1 alone lies behind the split
  const CodedSet& pictures = profile.find_split("input")->find_codec("jpeg20")->sets[test];
  REQUIRE(pictures.logits.size() == 2);  // both exits do

  for (std::size_t image = 0; image < 60; ++image) {
    const torch::Tensor pixels = pixel_batch(workshop.data.test, image, 1);
    const torch::Tensor feature = trained.network->backbone(0, pixels).contiguous();
    const auto coder = make_codec("int8_zstd");
    const auto payload = coder->make_encoder(at_exit.shape)->encode({feature.data_ptr<float>(), 1125});
    REQUIRE(features.coded_bytes[image] == payload.size());
    torch::Tensor arrived = torch::empty_like(feature);
    coder->make_decoder(at_exit.shape)->decode(payload, {arrived.data_ptr<float>(), 1125});
    const torch::Tensor logits = trained.network->head(1, trained.network->backbone(1, arrived));
    REQUIRE(records(features.logits[0].subspan(image * 10, 10), logits));

    const auto jpeg = make_codec("jpeg20");
    const auto picture = jpeg->make_encoder({1, 28, 28})->encode({pixels.data_ptr<float>(), 784});
    REQUIRE(pictures.coded_bytes[image] == picture.size());
    torch::Tensor seen = torch::empty_like(pixels);
    jpeg->make_decoder({1, 28, 28})->decode(picture, {seen.data_ptr<float>(), 784});
    REQUIRE(records(pictures.logits[0].subspan(image * 10, 10), trained.network->all_exits(seen)[0]));
  }
}

TEST_CASE("a codec that gives back every bit is exact and needs no logits of its own") {
  const Workshop workshop;
  const ExitProfile profile = workshop.make({}).profile;
  const CodecAnswers& raw = *profile.find_split("exit 0")->find_codec("raw_f32");
  REQUIRE(raw.exact);
  REQUIRE(raw.sets[0].logits.empty());
  REQUIRE(raw.sets[0].coded_bytes[0] == 4 * 1125 + kChecksumBytes);
  REQUIRE(profile.find_split("input")->find_codec("raw_u8")->exact);
  REQUIRE_FALSE(profile.find_split("exit 0")->find_codec("int8_zstd")->exact);
  REQUIRE(profile.find_split("input")->find_codec("jpeg75") == nullptr);
}

TEST_CASE("a codec that is fitted sees training images and then codes all others alike") {
  const Workshop workshop;
  const ExitProfile profile = workshop.make({{"exit 0", "int4_per_channel_mse_zstd"}}).profile;
  const std::size_t test = profile.set_index("test");
  const TrainedModel trained = load_trained_model(workshop.model);
  const SplitPoint& split = *profile.find_split("exit 0");
  const auto codec = make_codec("int4_per_channel_mse_zstd");
  fit_to_training_images(*codec, *trained.network, 0, split.shape, workshop.data.train);
  const torch::NoGradGuard no_grad;
  const torch::Tensor feature =
      trained.network->backbone(0, pixel_batch(workshop.data.test, 3, 1)).contiguous();
  REQUIRE(codec->make_encoder(split.shape)->encode({feature.data_ptr<float>(), 1125}).size() ==
          split.find_codec("int4_per_channel_mse_zstd")->sets[test].coded_bytes[3]);
}

TEST_CASE("a codec is added without doing again what is there") {
  const Workshop workshop;
  MadeProfile made = workshop.make({{"exit 0", "int8_zstd"}});
  // A mark that only a profile taken over can bear.
  made.profile.splits[1].codecs[0].encode_s = 123;
  write_exit_profile(made.path, made.profile);

  const ExitProfile added = workshop.make({{"input", "jpeg75"}}).profile;
  REQUIRE(added.find_split("exit 0")->find_codec("int8_zstd")->encode_s == 123);
  REQUIRE(added.find_split("input")->find_codec("jpeg75") != nullptr);

  const ExitProfile elsewhere = make_profile(workshop.model, workshop.data,
                                             {{{"input", "raw_u8"}}, workshop.folder / "cache/p.safetensors"})
                                    .profile;
  REQUIRE(elsewhere.find_split("exit 0")->find_codec("int8_zstd")->encode_s == 123);

  REQUIRE(workshop.make({{"exit 0", "int8_zstd"}}, true).profile.find_split("exit 0")->codecs[0].encode_s <
          1);
}

TEST_CASE("a profile of other weights is replaced") {
  const Workshop workshop;
  MadeProfile made = workshop.make({{"exit 0", "int8_zstd"}});
  made.profile.splits[1].codecs[0].encode_s = 123;
  write_exit_profile(made.path, made.profile);
  workshop.new_weights(2);
  const ExitProfile replaced = workshop.make({{"input", "raw_u8"}}).profile;
  REQUIRE(replaced.find_split("exit 0")->codecs.empty());
  REQUIRE(replaced.weights_sha256 != made.profile.weights_sha256);
}

TEST_CASE("all that is wrong with the codecs asked for is reported together and nothing is written") {
  const Workshop workshop;
  try {
    workshop.make(
        {{"exit 1", "int8_zstd"}, {"input", "int8_zstd"}, {"exit 0", "jpeg75"}, {"exit 0", "int9"}});
    FAIL("no error");
  } catch (const UserError& error) {
    REQUIRE(error.problems().size() == 4);
    REQUIRE_THAT(error.problems()[0].text(),
                 ContainsSubstring("no split point") && ContainsSubstring("input, exit 0"));
    REQUIRE_THAT(error.problems()[1].text(), ContainsSubstring("codes features, but images travel"));
    REQUIRE_THAT(error.problems()[2].text(), ContainsSubstring("codes images, but features travel"));
    REQUIRE_THAT(error.problems()[3].text(), ContainsSubstring("unknown codec"));
  }
  REQUIRE_FALSE(std::filesystem::exists(shipped_profile_path(workshop.model.directory)));
}

TEST_CASE("a profile holds what is coded behind a lossy hop as a gateway would code it") {
  const Workshop workshop;
  const std::string hop = hop_name("input", "jpeg20");
  const ExitProfile profile = workshop.make({{"exit 0", "int8_zstd", hop}}).profile;
  const std::size_t test = profile.set_index("test");
  const SplitPoint& at_exit = *profile.find_split("exit 0");
  const CodecAnswers* chained = profile.find_answers("exit 0", "int8_zstd", hop);
  REQUIRE(chained != nullptr);
  REQUIRE(chained->after == hop);
  REQUIRE(profile.find_split("input")->find_codec("jpeg20") != nullptr);  // the first hop comes with it
  REQUIRE(at_exit.find_codec("int8_zstd") == nullptr);

  const TrainedModel trained = load_trained_model(workshop.model);
  const torch::NoGradGuard no_grad;
  for (std::size_t image = 0; image < 60; ++image) {
    const torch::Tensor pixels = pixel_batch(workshop.data.test, image, 1);
    const auto jpeg = make_codec("jpeg20");
    const auto picture = jpeg->make_encoder({1, 28, 28})->encode({pixels.data_ptr<float>(), 784});
    torch::Tensor seen = torch::empty_like(pixels);
    jpeg->make_decoder({1, 28, 28})->decode(picture, {seen.data_ptr<float>(), 784});

    const torch::Tensor feature = trained.network->backbone(0, seen).contiguous();
    const auto coder = make_codec("int8_zstd");
    const auto payload = coder->make_encoder(at_exit.shape)->encode({feature.data_ptr<float>(), 1125});
    torch::Tensor arrived = torch::empty_like(feature);
    coder->make_decoder(at_exit.shape)->decode(payload, {arrived.data_ptr<float>(), 1125});
    const torch::Tensor logits = trained.network->head(1, trained.network->backbone(1, arrived));
    // A batch may round a feature to the next of 256 steps.
    REQUIRE(
        records(profile.logits_behind(at_exit, *chained, test, 1).subspan(image * 10, 10), logits, 0.05F));
  }
}

TEST_CASE("behind a lossless hop nothing is profiled twice and hops must lead up the network") {
  const Workshop workshop;
  const ExitProfile profile = workshop.make({{"exit 0", "int8_zstd", "input:raw_u8"}}).profile;
  REQUIRE(profile.find_split("exit 0")->codecs.size() == 1);
  const CodecAnswers* behind = profile.find_answers("exit 0", "int8_zstd", "input:raw_u8");
  REQUIRE(behind != nullptr);
  REQUIRE(behind->after.empty());
  REQUIRE_THROWS_WITH(workshop.make({{"exit 0", "int8_zstd", "exit 0:int8_zstd"}}),
                      ContainsSubstring("does not lie before"));
}

TEST_CASE("a network's routers stand in its profile, also behind a codec") {
  const Workshop workshop;
  TrainedModel model{workshop.model, std::make_shared<RoutedNetwork>(), {0.5}, std::string(64, 'c')};
  const ExitProfile profile =
      profile_model(model, workshop.data, {{"input", "jpeg20"}, {"exit 0", "int8_zstd"}}, {});
  write_exit_profile(workshop.folder / "p", profile);
  const ExitProfile read = read_exit_profile(workshop.folder / "p");
  REQUIRE(read.has_routers);
  const std::size_t test = read.set_index("test");
  const SplitPoint& input = *read.find_split("input");
  for (std::size_t image = 0; image < 60; ++image) {
    const torch::Tensor pixels = pixel_batch(workshop.data.test, image, 1);
    REQUIRE(records({&read.routers_of(test, 0)[image], 1}, pixels.sum() / 1000 - 30));
    const auto jpeg = make_codec("jpeg20");
    const auto picture = jpeg->make_encoder({1, 28, 28})->encode({pixels.data_ptr<float>(), 784});
    torch::Tensor seen = torch::empty_like(pixels);
    jpeg->make_decoder({1, 28, 28})->decode(picture, {seen.data_ptr<float>(), 784});
    REQUIRE(records({&read.routers_behind(input, *input.find_codec("jpeg20"), test, 0)[image], 1},
                    seen.sum() / 1000 - 30));
  }
  REQUIRE(read.find_split("exit 0")->find_codec("int8_zstd")->sets[test].routers.empty());
}

TEST_CASE("a profile has a temperature for each exit, fitted on the validation images") {
  const Workshop workshop;
  const ExitProfile profile = workshop.make({}).profile;
  const ImageSet& validation = profile.set("validation");
  REQUIRE(profile.temperatures.size() == 2);
  for (std::size_t exit = 0; exit < 2; ++exit)
    REQUIRE(profile.temperatures[exit] == fit_temperature(validation.logits[exit], validation.labels));
  // A profile that has none yet gets them, and the same.
  ExitProfile older = profile;
  older.temperatures.clear();
  write_exit_profile(shipped_profile_path(workshop.model.directory), older);
  REQUIRE(workshop.make({}).profile.temperatures == profile.temperatures);
}

TEST_CASE(
    "where an exit's feature is the image, image codecs code it and the cloud's answer follows what "
    "arrives") {
  Workshop workshop;
  workshop.model.network = "hybrid";
  workshop.model.options = {{"edge_width", "8"}, {"cloud_width", "4"}};
  workshop.new_weights(2);
  const ExitProfile profile = workshop.make({{"exit 0", "raw_u8"}, {"exit 0", "jpeg20"}}).profile;
  const SplitPoint& split = *profile.find_split("exit 0");
  REQUIRE(split.shape == profile.input);
  REQUIRE(profile.carries_image(split));
  REQUIRE(split.find_codec("raw_u8")->exact);
  REQUIRE(split.find_codec("raw_u8")->sets[0].coded_bytes[0] == 784 + kChecksumBytes);
  // What the cloud says of the JPEG at exit 0 is what it says of the same JPEG sent from the input.
  const ExitProfile other = workshop.make({{"input", "jpeg20"}}).profile;
  const std::size_t test = profile.set_index("test");
  const std::span<const float> sent = split.find_codec("jpeg20")->sets[test].logits[0];
  const std::span<const float> from_input =
      other.find_split("input")->find_codec("jpeg20")->sets[test].logits[1];
  for (std::size_t i = 0; i < sent.size(); ++i) REQUIRE(sent[i] == Approx(from_input[i]).margin(1e-5));

  const Workshop plain;
  const ExitProfile features = plain.make({{"exit 0", "raw_f32"}}).profile;
  REQUIRE_FALSE(features.carries_image(*features.find_split("exit 0")));
  REQUIRE_THROWS_WITH(plain.make({{"exit 0", "raw_u8"}}), ContainsSubstring("features travel at \"exit 0\""));
}
