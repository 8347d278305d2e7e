#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/data/dataset.hpp"

namespace offramp {

/// Pictures (JPEG, PNG) of one size with their labels.
struct ImageCollection {
  LabelledImages images;
  /// The names of class folders, in the order of their labels; empty where files name the label.
  std::vector<std::string> class_names;
};

/// Reads a folder, or a tar archive (packed or not), of pictures. Each is named <index>_<label>.jpg, or lies
/// in a folder of its class: the folders sorted by name are classes 0, 1, ... Pictures are taken in the
/// order of their names.
/// @throws UserError naming the file, and the picture within an archive: it does not decode, has another size
///         than the first, or no label; or there is no picture at all
ImageCollection read_image_collection(const std::filesystem::path& folder_or_archive);

}  // namespace offramp
