#pragma once

#include <filesystem>

#include "models/data/dataset.hpp"

namespace offramp {

/// Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 28x28 grey images of clothes in ten classes; 5,000
/// of the 60,000 training images are held back for validation, the 10,000 test images are its own.
/// @param folder  holds the four IDX files, with or without ".gz"
/// @throws UserError for a file that is missing, damaged, or does not fit the others
Dataset read_fashion_mnist(const std::filesystem::path& folder);

/// How many training images are held back: a twelfth, 5,000 of 60,000 (a reduced copy has fewer).
std::size_t fashion_mnist_validation_images(std::size_t training_images);

}  // namespace offramp
