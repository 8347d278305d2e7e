#include "models/data/image_collection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "models/data/decoded_image.hpp"
#include "models/data/packed_file.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

/// "00012_7.jpg" -> 7.
std::optional<std::int32_t> label_in_name(const std::string& stem) {
  const std::size_t underscore = stem.rfind('_');
  if (underscore == std::string::npos) return std::nullopt;
  std::int32_t label = 0;
  const char* last = stem.data() + stem.size();
  const auto [end, error] = std::from_chars(stem.data() + underscore + 1, last, label);
  if (error != std::errc{} || end != last || label < 0) return std::nullopt;
  return label;
}

void visit_pictures(const fs::path& source,
                    const std::function<void(const std::string&, const std::vector<std::uint8_t>&)>& visit) {
  if (!fs::is_directory(source)) {
    for_each_archived_file(source, [&](const std::string& name, const std::vector<std::uint8_t>& bytes) {
      if (is_image_name(name)) visit(name, bytes);
    });
    return;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(source))
    if (entry.is_regular_file() && is_image_name(entry.path().filename().string()))
      visit(fs::relative(entry.path(), source).string(), read_packed_file(entry.path()));
}

/// Labels from names, or else from folders.
std::vector<std::int32_t> labels_of(const fs::path& source,
                                    const std::map<std::string, DecodedImage>& pictures,
                                    std::vector<std::string>& class_names) {
  std::vector<std::int32_t> labels;
  for (const auto& [name, picture] : pictures)
    if (const auto label = label_in_name(fs::path(name).stem().string())) labels.push_back(*label);
  if (labels.size() == pictures.size()) return labels;
  std::map<std::string, std::int32_t> classes;
  for (const auto& [name, picture] : pictures) {
    const std::string folder = fs::path(name).parent_path().filename().string();
    if (folder.empty())
      throw UserError(
          Place{source.string()},
          fmt::format("{} has no label: name it <index>_<label>.jpg, or put it into a folder of its "
                      "class",
                      name));
    classes.emplace(folder, 0);
  }
  for (auto& [name, label] : classes) {
    label = static_cast<std::int32_t>(class_names.size());
    class_names.push_back(name);
  }
  labels.clear();
  for (const auto& [name, picture] : pictures)
    labels.push_back(classes.at(fs::path(name).parent_path().filename().string()));
  return labels;
}

}  // namespace

ImageCollection read_image_collection(const fs::path& source) {
  std::map<std::string, DecodedImage> pictures;
  const std::string* first = nullptr;
  visit_pictures(source, [&](const std::string& name, const std::vector<std::uint8_t>& bytes) {
    const auto complain = [&](const std::string& what) {
      throw UserError(Place{source.string()}, fmt::format("{} {}", name, what));
    };
    DecodedImage picture;
    try {
      picture = decode_image(bytes);
    } catch (const std::runtime_error& error) {
      complain(fmt::format("does not decode: {}", error.what()));
    }
    const FeatureShape shape = picture.shape;
    const auto [at, fresh] = pictures.emplace(name, std::move(picture));
    if (!fresh) complain("is there twice");
    if (first == nullptr) first = &at->first;
    const FeatureShape& expected = pictures.at(*first).shape;
    if (shape != expected)
      complain(fmt::format("is {}x{}x{} (channels, height, width), but {} is {}x{}x{}: all must be alike",
                           shape.channels, shape.height, shape.width, *first, expected.channels,
                           expected.height, expected.width));
  });
  if (pictures.empty()) throw UserError(Place{source.string()}, "holds no picture (.jpg, .jpeg, .png)");
  ImageCollection collection;
  collection.images.shape = pictures.begin()->second.shape;
  collection.images.labels = labels_of(source, pictures, collection.class_names);
  for (const auto& [name, picture] : pictures)
    collection.images.pixels.insert(collection.images.pixels.end(), picture.pixels.begin(),
                                    picture.pixels.end());
  return collection;
}

}  // namespace offramp
