#include "tests/models/synthetic_data.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <string>

#include "sim/core/random_stream.hpp"

namespace offramp {
namespace {

LabelledImages squares(std::size_t count, const std::string& purpose) {
  RandomEngine random = random_stream(5, 0, 0, purpose);
  boost::random::uniform_int_distribution<int> noise(0, 90);
  LabelledImages images;
  images.shape = {1, 28, 28};
  for (std::size_t i = 0; i < count; ++i) {
    const int label = static_cast<int>(i % 10);
    const int left = label % 5 * 5 + 1;
    const int top = label / 5 * 13 + 2;
    for (int y = 0; y < 28; ++y)
      for (int x = 0; x < 28; ++x) {
        const bool inside = x >= left && x < left + 5 && y >= top && y < top + 8;
        images.pixels.push_back(static_cast<std::uint8_t>(noise(random) + (inside ? 160 : 0)));
      }
    images.labels.push_back(label);
  }
  return images;
}

}  // namespace

Dataset synthetic_data() {
  Dataset data;
  data.name = "squares";
  for (int i = 0; i < 10; ++i) data.class_names.push_back("square " + std::to_string(i));
  data.train = squares(200, "train");
  data.validation = squares(50, "validation");
  data.test = squares(60, "test");
  data.files = {{"squares", std::string(64, 'a')}};
  data.source = "Made by the test";
  data.terms = "none";
  return data;
}

ModelDescription synthetic_model(const std::filesystem::path& directory) {
  ModelDescription model;
  model.name = "squares_model";
  model.directory = directory;
  model.network = "b_lenet";
  model.dataset = "squares";
  model.input = {1, 28, 28};
  model.num_classes = 10;
  model.num_exits = 2;
  model.training = {
      {"epochs", "4"}, {"batch", "32"}, {"learning_rate", "0.005"}, {"bf16", "false"}, {"shift", "1"}};
  return model;
}

}  // namespace offramp
