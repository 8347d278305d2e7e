#include "models/data/image_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "models/data/image_source.hpp"
#include "models/data/validation_split.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kValidationShare = 10;  // one of so many training images

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

/// From classes.txt, from the class folders, or numbers up to the largest label.
std::vector<std::string> class_names(const fs::path& folder, const ImageCollection& train,
                                     const ImageCollection& test) {
  if (fs::is_regular_file(folder / "classes.txt")) return lines_of(folder / "classes.txt");
  if (train.class_names != test.class_names)
    throw UserError(Place{folder.string()}, "train and test have different class folders");
  if (!train.class_names.empty()) return train.class_names;
  std::int32_t largest = 1;
  for (const LabelledImages* set : {&train.images, &test.images})
    largest = std::max(largest, *std::max_element(set->labels.begin(), set->labels.end()));
  std::vector<std::string> names;
  for (std::int32_t label = 0; label <= largest; ++label) names.push_back(fmt::format("class {}", label));
  return names;
}

}  // namespace

bool is_image_dataset(const fs::path& folder) {
  return find_image_source(folder, "train") && find_image_source(folder, "test");
}

Dataset read_image_dataset(const std::string& name, const fs::path& folder) {
  const fs::path train_source = *find_image_source(folder, "train");
  const fs::path test_source = *find_image_source(folder, "test");
  ImageCollection train = read_image_collection(train_source);
  ImageCollection test = read_image_collection(test_source);
  Dataset data;
  data.name = name;
  data.class_names = class_names(folder, train, test);
  require_labels(train_source, train.images, data.num_classes());
  require_labels(test_source, test.images, data.num_classes());
  require_shape(test_source, test.images, train.images.shape);
  if (train.images.images() < kValidationShare)
    throw UserError(
        Place{train_source.string()},
        fmt::format("has {} images; at least {} are needed, since a tenth is held back for validation",
                    train.images.images(), kValidationShare));
  data.train = std::move(train.images);
  data.test = std::move(test.images);
  data.files = {source_file(train_source), source_file(test_source)};
  data.source = "A dataset of the user's own";
  data.terms = "the user's";
  data.validation =
      split_off_validation(data.train, data.train.images() / kValidationShare, data.num_classes(), data.name);
  return data;
}

}  // namespace offramp
