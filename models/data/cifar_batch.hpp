#pragma once

#include <filesystem>

#include "models/data/dataset.hpp"

namespace offramp {

/// Reads a batch of the binary version of CIFAR-10: records of one label and 3x32x32 pixels, channel by
/// channel, 3,073 bytes each; plain or packed (".xz", ".gz").
/// Format: https://www.cs.toronto.edu/~kriz/cifar.html
/// @throws UserError naming the file: its length is no number of records, or a label is no class
LabelledImages read_cifar_batch(const std::filesystem::path& path, std::size_t num_classes);

}  // namespace offramp
