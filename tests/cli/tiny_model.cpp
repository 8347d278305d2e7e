#include "tests/cli/tiny_model.hpp"

#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include <fstream>
#include <span>
#include <vector>

#include "sim/core/digest.hpp"
#include "sim/core/random_stream.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/safetensors.hpp"

namespace offramp {
namespace {

constexpr std::size_t kImages = 60;
constexpr std::size_t kClasses = 3;

struct Answers {
  std::vector<float> early;
  std::vector<float> final;
  std::vector<float> final_coded;
};

/// Logits in steps of 1/64, so that every platform has the same numbers.
float rounded(double value) { return static_cast<float>(static_cast<long>(value * 64)) / 64; }

Answers draw_answers(const std::vector<std::int32_t>& labels) {
  RandomEngine stream = random_stream(1, 0, 0, "tiny model");
  boost::random::uniform_01<double> uniform;
  Answers answers;
  for (const std::int32_t label : labels)
    for (std::size_t c = 0; c < kClasses; ++c) {
      const double hint = static_cast<std::size_t>(label) == c ? 1 : 0;
      const double noise = uniform(stream);
      answers.early.push_back(rounded(2 * hint + 4 * noise));
      answers.final.push_back(rounded(4 * hint + 5.5 * uniform(stream)));
      answers.final_coded.push_back(rounded(answers.final.back() + 0.5 * uniform(stream)));
    }
  return answers;
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

void write_tiny_model(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  write_text(directory / "model.yaml",
             "network: b_lenet\ndata: no_such_data\ninput: [1, 8, 8]\nclasses: 3\nexits: 2\n");
  const std::vector<float> weights{0.25F, -1, 3};
  write_safetensors(directory / "weights.safetensors",
                    {tensor_view("bias", std::span<const float>(weights), {3})}, {});

  std::vector<std::int32_t> labels;
  std::vector<std::uint32_t> image_bytes(kImages, 64);
  std::vector<std::uint32_t> feature_bytes;
  RandomEngine sizes = random_stream(1, 0, 0, "tiny sizes");
  for (std::size_t i = 0; i < kImages; ++i) {
    labels.push_back(static_cast<std::int32_t>(i % kClasses));
    feature_bytes.push_back(boost::random::uniform_int_distribution<std::uint32_t>(300, 900)(sizes));
  }
  const Answers answers = draw_answers(labels);

  ExitProfile profile;
  profile.model = "tiny";
  profile.dataset = "no_such_data";
  profile.num_classes = kClasses;
  profile.input = {1, 8, 8};
  profile.exits = {{{3, 2e6, 4000, 8000}, {2, 1e5, 2000, 1000}}, {{4, 9e6, 40000, 9000}, {1, 1e4, 300, 200}}};
  const std::vector<CodedSet> images{{image_bytes, {}}};
  const std::vector<CodedSet> features{{feature_bytes, {answers.final_coded}}};
  profile.splits = {{"input", {1, 8, 8}, {{"raw_u8", true, 1e-6, 1e-6, images}}},
                    {"exit 0", {4, 8, 8}, {{"int8_zstd", false, 2e-5, 1e-5, features}}}};
  profile.sets = {{"test", labels, {answers.early, answers.final}}};
  profile.weights_sha256 = sha256_hex_of_file(directory / "weights.safetensors");
  profile.zstd_s_per_byte = 1e-8;
  write_exit_profile(directory / "profile.safetensors", profile);
}

}  // namespace offramp
