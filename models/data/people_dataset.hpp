#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/data/people_marks.hpp"

namespace offramp {

/// A camera's frames in their order, and who is in them.
struct PeopleFrames {
  LabelledImages images;                        ///< a label is the number of people in the frame
  std::vector<std::vector<PersonMark>> people;  ///< [frames]

  std::size_t frames() const { return people.size(); }
  /// How many people are in each cell of a grid over the frame, row by row: [frames, rows * columns].
  std::vector<std::int32_t> cell_counts(const CellGrid& grid) const;
};

/// Frames with people: three disjoint sets, each without a gap in time, and where they come from. Those that
/// a set lacks are empty.
struct PeopleDataset {
  std::string name;
  PeopleFrames train;
  PeopleFrames validation;  ///< the last tenth of the training frames: what comes next to a frame is like it
  PeopleFrames test;
  std::vector<SourceFile> files;
  std::string source;  ///< a sentence
  std::string terms;   ///< a sentence
};

/// Whether a dataset's name, or the folder that is named for it, is one of frames with people.
bool is_people_dataset(const std::string& name, const std::optional<std::filesystem::path>& folder);

/// Reads frames in the order of their names and resizes them to the network's input. A folder holds the
/// frames as pictures (JPEG, PNG) in `frames`, `images`, or an archive frames*.tar, and beside them where
/// people are (people_marks.hpp). With such folders `train` and `test` in it, these are the sets. Otherwise
/// the dataset "mall", when it begins with its frame 1, is cut as in its papers: frames 1 to 800 train, the
/// rest tests; and all frames of any other are test frames.
/// @param folder  as of load_dataset
/// @param input   of the network
/// @throws UserError for what is missing or damaged
PeopleDataset load_people_dataset(const std::string& name, const std::optional<std::filesystem::path>& folder,
                                  const FeatureShape& input);

}  // namespace offramp
