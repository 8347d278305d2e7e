#pragma once

#include <filesystem>

#include "models/data/dataset.hpp"

namespace offramp {

/// CIFAR-10 (Krizhevsky, 2009): 32x32 colour pictures of ten classes, 50,000 to train on, of which a tenth
/// is held back for validation, and 10,000 to test on.
/// @param folder  holds data_batch_1 to data_batch_5 and test_batch, each in one of these forms:
///        NAME.bin of the binary version (or NAME.bin.xz, NAME.bin.gz);
///        NAME_jpeg.tar.xz, NAME.tar.xz, NAME.tar.gz, NAME.tar, or a folder NAME, of pictures.
///        Where the test pictures were coded anew as JPEG, test_batch_*_lossless.bin (or .bin.xz) beside
///        them, with some or all of the true pixels, becomes a further test set.
/// @throws UserError for a file that is missing, damaged, or does not fit the others
Dataset read_cifar10(const std::filesystem::path& folder);

}  // namespace offramp
