#include "models/data/people_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "models/data/decoded_image.hpp"
#include "models/data/image_source.hpp"
#include "models/data/packed_file.hpp"
#include "models/data/resized_image.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMall = "mall";
constexpr const char* kMallFirst = "seq_000001.jpg";
constexpr std::size_t kMallTraining = 800;    // frames, as Chen et al. (BMVC 2012) cut them
constexpr std::size_t kValidationShare = 10;  // one of so many training frames

/// Where a folder's frames are.
std::optional<fs::path> find_frames(const fs::path& folder) {
  if (!fs::is_directory(folder)) return std::nullopt;
  for (const char* name : {"frames", "images"})
    if (fs::is_directory(folder / name)) return folder / name;
  std::vector<fs::path> archives;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("frames") && name.find(".tar") != std::string::npos)
      archives.push_back(entry.path());
  }
  std::sort(archives.begin(), archives.end());
  return archives.empty() ? std::nullopt : std::optional(archives.front());
}

/// A frame at the network's size, and as it was.
struct Frame {
  DecodedImage picture;
  FeatureShape original;
};

Frame decode_frame(const fs::path& source, const std::string& name, const std::vector<std::uint8_t>& bytes,
                   const FeatureShape& input) {
  try {
    DecodedImage picture = decode_image(bytes);
    if (picture.shape.channels != input.channels)
      throw std::runtime_error(
          fmt::format("has {} channels and the network reads {}", picture.shape.channels, input.channels));
    const FeatureShape original = picture.shape;
    return {resized_image(picture, input.height, input.width), original};
  } catch (const std::runtime_error& error) {
    throw UserError(Place{source.string()}, fmt::format("{} does not decode: {}", name, error.what()));
  }
}

/// @param first_name  receives the name of the first frame
PeopleFrames read_frames(const fs::path& folder, const FeatureShape& input, std::vector<SourceFile>& files,
                         std::string& first_name) {
  const fs::path source = *find_frames(folder);
  std::map<std::string, Frame> frames;
  const auto add = [&](const std::string& name, const std::vector<std::uint8_t>& bytes) {
    if (is_image_name(name)) frames.emplace(name, decode_frame(source, name, bytes, input));
  };
  if (fs::is_directory(source)) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(source))
      if (entry.is_regular_file() && is_image_name(entry.path().filename().string()))
        add(fs::relative(entry.path(), source).string(), read_packed_file(entry.path()));
  } else {
    for_each_archived_file(source, add);
  }
  if (frames.empty()) throw UserError(Place{source.string()}, "holds no picture (.jpg, .jpeg, .png)");
  first_name = fs::path(frames.begin()->first).filename().string();
  PeopleFrames read;
  read.images.shape = input;
  std::vector<MarkedFrame> names;
  for (const auto& [name, frame] : frames) {
    names.push_back(
        {name, static_cast<double>(frame.original.width), static_cast<double>(frame.original.height)});
    read.images.pixels.insert(read.images.pixels.end(), frame.picture.pixels.begin(),
                              frame.picture.pixels.end());
  }
  read.people = read_people_marks(folder, names);
  for (const std::vector<PersonMark>& people : read.people)
    read.images.labels.push_back(static_cast<std::int32_t>(people.size()));
  files.push_back(source_file(source));
  files.push_back(source_file(*find_people_marks(folder)));
  return read;
}

/// Moves the frames from `first` on.
PeopleFrames split_off(PeopleFrames& from, std::size_t first) {
  const auto pixels = first * static_cast<std::size_t>(from.images.shape.elements());
  const auto tail = [](auto& values, std::size_t at) {
    std::remove_reference_t<decltype(values)> moved(values.begin() + static_cast<std::ptrdiff_t>(at),
                                                    values.end());
    values.resize(at);
    return moved;
  };
  PeopleFrames rest;
  rest.images.shape = from.images.shape;
  rest.images.pixels = tail(from.images.pixels, pixels);
  rest.images.labels = tail(from.images.labels, first);
  rest.people = tail(from.people, first);
  return rest;
}

std::optional<fs::path> find_folder(const std::string& name, const std::optional<fs::path>& folder) {
  if (folder) return fs::is_directory(*folder / name) ? *folder / name : *folder;
  return find_dataset(name);
}

bool holds_people(const fs::path& folder) {
  return (find_frames(folder) && find_people_marks(folder)) ||
         (find_frames(folder / "train") && find_people_marks(folder / "train"));
}

}  // namespace

std::vector<std::int32_t> PeopleFrames::cell_counts(const CellGrid& grid) const {
  const auto rows = static_cast<std::int64_t>(grid.rows), columns = static_cast<std::int64_t>(grid.columns);
  std::vector<std::int32_t> counts(frames() * static_cast<std::size_t>(rows * columns));
  for (std::size_t frame = 0; frame < frames(); ++frame) {
    for (const PersonMark& mark : people[frame]) {
      const auto row = std::min(static_cast<std::int64_t>(mark.down * static_cast<double>(rows)), rows - 1);
      const auto column =
          std::min(static_cast<std::int64_t>(mark.right * static_cast<double>(columns)), columns - 1);
      ++counts[frame * static_cast<std::size_t>(rows * columns) +
               static_cast<std::size_t>(row * columns + column)];
    }
  }
  return counts;
}

bool is_people_dataset(const std::string& name, const std::optional<fs::path>& folder) {
  if (name == kMall) return true;
  const auto found = find_folder(name, folder);
  return found && fs::is_directory(*found) && holds_people(*found);
}

PeopleDataset load_people_dataset(const std::string& name, const std::optional<fs::path>& folder,
                                  const FeatureShape& input) {
  const auto found = find_folder(name, folder);
  if (!found)
    throw UserError(
        fmt::format("the dataset {} is not on this machine; it is a folder of frames with a file that says "
                    "where people are: name it with --data or in OFFRAMP_DATA",
                    name));
  if (!fs::is_directory(*found)) throw UserError(Place{found->string()}, "there is no such folder");
  if (!holds_people(*found))
    throw UserError(
        Place{found->string()},
        "holds no frames with people; give a folder `frames` or an archive frames.tar, and heads.csv "
        "(frame,x,y), a COCO file (.json), or YOLO's folder labels beside it");
  PeopleDataset data;
  data.name = name;
  data.source = "Frames of the user's own";
  data.terms = "the user's";
  std::string first_name;
  if (find_frames(*found / "train")) {
    data.train = read_frames(*found / "train", input, data.files, first_name);
    data.test = read_frames(*found / "test", input, data.files, first_name);
  } else {
    data.test = read_frames(*found, input, data.files, first_name);
    if (name == kMall && first_name == kMallFirst && data.test.frames() > kMallTraining) {
      data.train = std::move(data.test);
      data.test = split_off(data.train, kMallTraining);
    }
  }
  if (name == kMall) {
    data.source =
        "Mall dataset (Loy et al., ICCV 2013; Chen et al., CVPR 2013 and BMVC 2012): one webcam in a "
        "shopping mall, "
        "below 2 frames a second, every head marked";
    data.terms = "research only, not commercial; frames are not part of Offramp";
  }
  data.validation = split_off(data.train, data.train.frames() - data.train.frames() / kValidationShare);
  return data;
}

}  // namespace offramp
