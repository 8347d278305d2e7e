#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace offramp {

/// Where a person is in a frame, as shares of its width and height from the upper left corner: 0 to 1.
struct PersonMark {
  double right = 0;
  double down = 0;
};

/// A frame as a file of marks needs to know it.
struct MarkedFrame {
  std::string name;  ///< of its file, "seq_000012.jpg"
  double width = 0;  ///< pixels
  double height = 0;
};

/// The people of each frame, read from whichever of these lies in a folder:
///   heads*.csv      a header "frame,x,y" and a row a person: the number at the end of the frame's name (12
///   for
///                   seq_000012.jpg), pixels from the left and from above
///   *.json          COCO: images, annotations with `bbox` [left, top, width, height] in pixels, and
///   categories, of
///                   which "person" is taken (all where there is none of that name)
///   labels/*.txt    YOLO: a file a frame of the same name, a row a box: class, centre and size as shares of
///   the
///                   frame; class 0 is a person; a frame without a file is empty
/// A box stands for its centre. A mark outside its frame is taken to the edge when it is out by less than a
/// hundredth of the frame's size.
/// @return for each frame, in that order, its people
/// @throws UserError naming file and line: what is no number, a frame that is not there, a mark outside its
/// frame;
///         or the folder, when it holds none of these
std::vector<std::vector<PersonMark>> read_people_marks(const std::filesystem::path& folder,
                                                       const std::vector<MarkedFrame>& frames);

/// The file or folder that read_people_marks takes.
std::optional<std::filesystem::path> find_people_marks(const std::filesystem::path& folder);

}  // namespace offramp
