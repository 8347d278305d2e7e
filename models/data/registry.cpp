#include "models/data/registry.hpp"

#include <fmt/format.h>

#include "models/data/cifar10.hpp"
#include "models/data/fashion_mnist.hpp"
#include "models/data/image_dataset.hpp"
#include "models/data/people_dataset.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/profile/profile_store.hpp"

namespace offramp {
namespace fs = std::filesystem;

const std::vector<DatasetEntry>& dataset_registry() {
  static const std::vector<DatasetEntry> entries = {
      {"cifar10",
       "get the binary version from https://www.cs.toronto.edu/~kriz/cifar.html and put its .bin files into "
       "a folder "
       "named cifar10",
       read_cifar10},
      {"fashion_mnist", "install it with: apt-get install dataset-fashion-mnist", read_fashion_mnist},
  };
  return entries;
}

std::vector<std::string> list_datasets() {
  std::vector<std::string> names;
  for (const DatasetEntry& entry : dataset_registry()) names.push_back(entry.name);
  return names;
}

Dataset load_dataset(const std::string& name, const std::optional<fs::path>& folder) {
  for (const DatasetEntry& entry : dataset_registry()) {
    if (entry.name != name) continue;
    if (folder) {
      if (!fs::is_directory(*folder))
        throw UserError(Place{folder->string()},
                        "there is no such folder; --data names one that holds the dataset");
      return entry.read(fs::is_directory(*folder / name) ? *folder / name : *folder);
    }
    const std::optional<fs::path> found = find_dataset(name);
    if (found) return entry.read(*found);
    throw UserError(
        fmt::format("the dataset {} is not on this machine; {}, or name its folder with --data or "
                    "in OFFRAMP_DATA",
                    name, entry.how_to_get_it));
  }
  const std::optional<fs::path> own =
      folder ? std::optional(fs::is_directory(*folder / name) ? *folder / name : *folder)
             : find_dataset(name);
  if (own && is_image_dataset(*own)) return read_image_dataset(name, *own);
  if (is_people_dataset(name, folder))
    throw UserError(
        fmt::format("the dataset {} shows where people are and names no class; this works with networks that "
                    "name a class for a picture",
                    name));
  throw UserError(
      fmt::format("unknown dataset \"{}\"{}; one of your own is a folder of that name in OFFRAMP_DATA or "
                  "named with --data, with pictures in train and test",
                  name, suggestion(name, list_datasets())));
}

}  // namespace offramp
