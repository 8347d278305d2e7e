#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "models/data/dataset.hpp"
#include "models/data/image_collection.hpp"

namespace offramp {

/// Where the pictures of one set are: FOLDER/NAME.tar, packed or not, with or without "_jpeg", or the folder
/// FOLDER/NAME.
std::optional<std::filesystem::path> find_image_source(const std::filesystem::path& folder,
                                                       const std::string& name);

/// Name and digest of a file; of a folder the digest goes over the names and contents of all files in it.
SourceFile source_file(const std::filesystem::path& path);

/// @throws UserError naming `source` unless each label is a class
void require_labels(const std::filesystem::path& source, const LabelledImages& images,
                    std::size_t num_classes);
/// @throws UserError naming `source` unless the images have that shape
void require_shape(const std::filesystem::path& source, const LabelledImages& images,
                   const FeatureShape& shape);

}  // namespace offramp
