#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/data/dataset.hpp"

namespace offramp {

/// What makes a dataset known: one line in registry.cpp.
struct DatasetEntry {
  std::string name;
  std::string how_to_get_it;  ///< continues "...: ": "install the package ..."
  Dataset (*read)(const std::filesystem::path& folder);
};

const std::vector<DatasetEntry>& dataset_registry();

}  // namespace offramp
