#include "models/data/cifar_batch.hpp"

#include <fmt/format.h>

#include "models/data/packed_file.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr FeatureShape kShape{3, 32, 32};
constexpr std::size_t kPixels = 3 * 32 * 32;
constexpr std::size_t kRecord = 1 + kPixels;

}  // namespace

LabelledImages read_cifar_batch(const std::filesystem::path& path, std::size_t num_classes) {
  const std::vector<std::uint8_t> bytes = read_packed_file(path);
  if (bytes.empty() || bytes.size() % kRecord != 0)
    throw UserError(
        Place{path.string()},
        fmt::format("has {} bytes, but a CIFAR-10 batch consists of records of {} bytes; it is cut "
                    "short or is another file",
                    bytes.size(), kRecord));
  LabelledImages set;
  set.shape = kShape;
  for (std::size_t at = 0; at < bytes.size(); at += kRecord) {
    if (bytes[at] >= num_classes)
      throw UserError(Place{path.string()},
                      fmt::format("the label of image {} is {}, but there are {} classes (0 to {})",
                                  at / kRecord, bytes[at], num_classes, num_classes - 1));
    set.labels.push_back(bytes[at]);
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    set.pixels.insert(set.pixels.end(), first, first + kPixels);
  }
  return set;
}

}  // namespace offramp
