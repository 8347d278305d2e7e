#pragma once

#include <filesystem>
#include <string>

#include "models/data/dataset.hpp"

namespace offramp {

/// Whether a folder holds pictures to train and to test on, as read_image_dataset reads them.
bool is_image_dataset(const std::filesystem::path& folder);

/// A dataset of one's own, with any number of classes: `train` and `test`, each a folder or a tar archive of
/// pictures as models/data/image_collection.hpp describes. A tenth of the training images is held back for
/// validation. `classes.txt`, if there, names the classes, one a line.
/// @throws UserError for what is missing or does not fit
Dataset read_image_dataset(const std::string& name, const std::filesystem::path& folder);

}  // namespace offramp
