#include "models/data/cifar10.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "models/data/cifar_batch.hpp"
#include "models/data/image_source.hpp"
#include "models/data/validation_split.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kTrainingBatches = 5;
constexpr std::size_t kValidationShare = 10;  // one of so many training images
constexpr FeatureShape kShape{3, 32, 32};

void append(LabelledImages& to, const LabelledImages& images) {
  to.shape = images.shape;
  to.pixels.insert(to.pixels.end(), images.pixels.begin(), images.pixels.end());
  to.labels.insert(to.labels.end(), images.labels.begin(), images.labels.end());
}

/// One batch in whichever form it is there.
/// @param pictures  set when it was read from pictures
LabelledImages read_batch(const fs::path& folder, const std::string& name, Dataset& data, bool& pictures) {
  for (const char* ending : {".bin", ".bin.xz", ".bin.gz"}) {
    const fs::path path = folder / (name + ending);
    if (!fs::is_regular_file(path)) continue;
    data.files.push_back(source_file(path));
    return read_cifar_batch(path, data.num_classes());
  }
  const auto source = find_image_source(folder, name);
  if (!source)
    throw UserError(
        Place{(folder / name).string()},
        fmt::format(
            "CIFAR-10's batch {0} is missing; give {0}.bin (the binary version from "
            "https://www.cs.toronto.edu/~kriz/cifar.html) or {0}.tar.xz with pictures <index>_<label>.jpg",
            name));
  pictures = true;
  data.files.push_back(source_file(*source));
  LabelledImages images = read_image_collection(*source).images;
  require_shape(*source, images, kShape);
  require_labels(*source, images, data.num_classes());
  return images;
}

/// "test_batch_first1000_lossless.bin.xz": true pixels of the test pictures.
void read_true_pixels(const fs::path& folder, Dataset& data) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("test_batch") &&
        (name.ends_with("_lossless.bin") || name.ends_with("_lossless.bin.xz")))
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  for (const fs::path& path : found) {
    data.files.push_back(source_file(path));
    data.further_tests.push_back({"true pixels", read_cifar_batch(path, data.num_classes())});
  }
}

}  // namespace

Dataset read_cifar10(const fs::path& folder) {
  Dataset data;
  data.name = "cifar10";
  data.class_names = {"airplane", "automobile", "bird",  "cat",  "deer",
                      "dog",      "frog",       "horse", "ship", "truck"};
  bool pictures = false;
  for (std::size_t i = 1; i <= kTrainingBatches; ++i)
    append(data.train, read_batch(folder, fmt::format("data_batch_{}", i), data, pictures));
  data.test = read_batch(folder, "test_batch", data, pictures);
  if (pictures) read_true_pixels(folder, data);
  data.source = fmt::format(
      "CIFAR-10 (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009), "
      "https://www.cs.toronto.edu/~kriz/cifar.html{}",
      pictures ? "; the pictures were read from coded files (JPEG-derived unless these are PNG), so accuracy "
                 "on them is not "
                 "accuracy on the true pixels"
               : "");
  if (pictures) data.caveat = "JPEG-derived";
  data.terms = "no formal licence; cite Krizhevsky 2009";
  const std::size_t held_back = data.train.images() / kValidationShare;
  data.validation = split_off_validation(data.train, held_back, data.num_classes(), data.name);
  return data;
}

}  // namespace offramp
