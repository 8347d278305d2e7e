#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Images in memory with what they show.
struct LabelledImages {
  FeatureShape shape;
  std::vector<std::uint8_t> pixels;  ///< [images, channels, height, width]
  std::vector<std::int32_t> labels;  ///< [images], each within the dataset's classes

  std::size_t images() const { return labels.size(); }
  /// Channel by channel, row by row.
  std::span<const std::uint8_t> image(std::size_t index) const;
};

/// Other images of what the test set shows, on which accuracy is reported as well.
struct FurtherTest {
  std::string name;  ///< "true pixels"
  LabelledImages images;
};

/// A classification dataset: three disjoint sets, and where they come from.
struct Dataset {
  std::string name;
  std::vector<std::string> class_names;
  LabelledImages train;
  LabelledImages validation;  ///< split off the training images: thresholds are chosen on these
  LabelledImages test;        ///< the images on which accuracy is reported, used for nothing else
  std::vector<FurtherTest> further_tests;
  std::vector<SourceFile> files;
  std::string source;  ///< a sentence: who made it and where it is found
  std::string caveat;  ///< what must stand beside each figure, as "JPEG-derived"; mostly nothing
  std::string terms;   ///< a sentence: on which terms it may be used

  std::size_t num_classes() const { return class_names.size(); }
};

/// Reads a dataset by its name in models/data/registry.cpp, or one of the user's own: a folder of any name
/// with pictures in `train` and `test` (models/data/image_dataset.hpp).
/// @param folder  where its files are, or a folder that holds them in one named after the dataset;
///                nothing: $OFFRAMP_DATA/NAME, or where Debian's package puts them
/// @throws UserError for an unknown name, for missing files (what to install), for damaged ones
Dataset load_dataset(const std::string& name, const std::optional<std::filesystem::path>& folder);

/// The names that load_dataset knows.
std::vector<std::string> list_datasets();

}  // namespace offramp
