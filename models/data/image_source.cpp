#include "models/data/image_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;

std::optional<fs::path> find_image_source(const fs::path& folder, const std::string& name) {
  for (const char* ending :
       {".tar", ".tar.xz", ".tar.gz", ".tar.zst", "_jpeg.tar", "_jpeg.tar.xz", "_jpeg.tar.gz"})
    if (const fs::path path = folder / (name + ending); fs::is_regular_file(path)) return path;
  if (fs::is_directory(folder / name)) return folder / name;
  return std::nullopt;
}

SourceFile source_file(const fs::path& path) {
  if (!fs::is_directory(path)) return {path.filename().string(), sha256_hex_of_file(path)};
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file())
      files.push_back(fs::relative(entry.path(), path).string() + " " + sha256_hex_of_file(entry.path()) +
                      "\n");
  std::sort(files.begin(), files.end());
  std::string list;
  for (const std::string& file : files) list += file;
  return {path.filename().string() + "/", sha256_hex(list)};
}

void require_labels(const fs::path& source, const LabelledImages& images, std::size_t num_classes) {
  for (std::size_t i = 0; i < images.labels.size(); ++i)
    if (static_cast<std::size_t>(images.labels[i]) >= num_classes)
      throw UserError(Place{source.string()},
                      fmt::format("the label of image {} is {}, but there are {} classes (0 to {})", i,
                                  images.labels[i], num_classes, num_classes - 1));
}

void require_shape(const fs::path& source, const LabelledImages& images, const FeatureShape& shape) {
  if (images.shape == shape) return;
  throw UserError(Place{source.string()},
                  fmt::format("its images are {}x{}x{} (channels, height, width), but {}x{}x{} is needed",
                              images.shape.channels, images.shape.height, images.shape.width, shape.channels,
                              shape.height, shape.width));
}

}  // namespace offramp
