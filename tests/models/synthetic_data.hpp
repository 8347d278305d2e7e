#pragma once

#include <filesystem>

#include "models/data/dataset.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// Ten classes of 28x28 images, a bright square on noise at a place of its own for each class: learnt in
/// a few steps, and here without any data set installed. 200 to train on, 50 and 60 to look at.
Dataset synthetic_data();

/// B-LeNet on that data, in a directory that the test owns.
ModelDescription synthetic_model(const std::filesystem::path& directory);

}  // namespace offramp
