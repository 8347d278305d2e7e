#pragma once

#include <filesystem>
#include <string>

#include "models/data/dataset.hpp"

namespace offramp {

/// Makes an entry like one of the zoo out of a TorchScript module (see ImportedNetwork for what it must
/// have): model.yaml, weights, card, entropy thresholds chosen on the validation images as training chooses
/// them, and a profile with the default codecs.
/// @param directory  is made, whole or not at all; its name becomes the model's
/// @throws UserError when the directory is there already, or with what the module lacks
void import_model(const std::filesystem::path& module_file, const Dataset& data,
                  const std::filesystem::path& directory);

}  // namespace offramp
