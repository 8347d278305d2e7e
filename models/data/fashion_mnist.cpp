#include "models/data/fashion_mnist.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "models/data/idx_file.hpp"
#include "models/data/validation_split.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kSide = 28;

/// The file, compressed as published or not; noted among the dataset's files.
fs::path take_file(const fs::path& folder, const std::string& name, std::vector<SourceFile>& files) {
  const fs::path plain = folder / name;
  const fs::path path = fs::exists(plain) ? plain : folder / (name + ".gz");
  if (!fs::is_regular_file(path))
    throw UserError(Place{path.string()},
                    "there is no such file; Fashion-MNIST has four (apt-get install dataset-fashion-mnist)");
  files.push_back({path.filename().string(), sha256_hex_of_file(path)});
  return path;
}

LabelledImages read_set(const fs::path& folder, const std::string& prefix, std::size_t num_classes,
                        std::vector<SourceFile>& files) {
  const fs::path images_path = take_file(folder, prefix + "-images-idx3-ubyte", files);
  const fs::path labels_path = take_file(folder, prefix + "-labels-idx1-ubyte", files);
  IdxArray images = read_idx_file(images_path, 3);
  const IdxArray labels = read_idx_file(labels_path, 1);
  if (images.dimensions[1] != kSide || images.dimensions[2] != kSide)
    throw UserError(Place{images_path.string()},
                    fmt::format("has images of {}x{}, but Fashion-MNIST's are {}x{}", images.dimensions[1],
                                images.dimensions[2], kSide, kSide));
  if (labels.values.size() != images.dimensions[0])
    throw UserError(Place{labels_path.string()},
                    fmt::format("has {} labels, but {} has {} images", labels.values.size(),
                                images_path.filename().string(), images.dimensions[0]));
  LabelledImages set;
  set.shape = {1, kSide, kSide};
  set.pixels = std::move(images.values);
  for (std::size_t i = 0; i < labels.values.size(); ++i) {
    if (labels.values[i] >= num_classes)
      throw UserError(Place{labels_path.string()},
                      fmt::format("label {} is {}, but there are {} classes (0 to {})", i, labels.values[i],
                                  num_classes, num_classes - 1));
    set.labels.push_back(labels.values[i]);
  }
  return set;
}

}  // namespace

std::size_t fashion_mnist_validation_images(std::size_t training_images) { return training_images / 12; }

Dataset read_fashion_mnist(const fs::path& folder) {
  Dataset data;
  data.name = "fashion_mnist";
  data.class_names = {"T-shirt/top", "trouser", "pullover", "dress", "coat",
                      "sandal",      "shirt",   "sneaker",  "bag",   "ankle boot"};
  data.source =
      "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), https://github.com/zalandoresearch/fashion-mnist; "
      "Debian's "
      "package dataset-fashion-mnist";
  data.terms = "MIT (Expat) licence, copyright 2017 Zalando SE";
  data.train = read_set(folder, "train", data.num_classes(), data.files);
  data.test = read_set(folder, "t10k", data.num_classes(), data.files);
  data.validation = split_off_validation(data.train, fashion_mnist_validation_images(data.train.images()),
                                         data.num_classes(), data.name);
  return data;
}

}  // namespace offramp
