#pragma once

#include <cstddef>
#include <string_view>

#include "models/data/dataset.hpp"

namespace offramp {

/// Moves `count` images of `train` into the set that it returns: each class in proportion, chosen by a
/// random stream that depends on the dataset's name alone, so that every training and every
/// profile agree on which images were held back.
/// @throws std::invalid_argument unless there are more than `count` images
LabelledImages split_off_validation(LabelledImages& train, std::size_t count, std::size_t num_classes,
                                    std::string_view dataset_name);

}  // namespace offramp
