#include "models/data/people_dataset.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/models/idx_writer.hpp"
#include "tests/models/picture_writer.hpp"
#include "tests/profile/scratch_directory.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

constexpr FeatureShape kInput{3, 4, 8};

/// Frames seq_000001.jpg ... of 16x8 pixels in FOLDER/frames.
void write_frames(const fs::path& folder, int count) {
  fs::create_directories(folder / "frames");
  for (int i = 1; i <= count; ++i)
    write_text(folder / "frames" / fmt::format("seq_{:06}.jpg", i), jpeg_text(16, 8, 200, 10, 10));
}

PeopleDataset load(const fs::path& folder) { return load_people_dataset("lobby", folder, kInput); }

}  // namespace

TEST_CASE("a table of heads says who is in which frame, and a grid counts them") {
  const ScratchDirectory folder;
  write_frames(folder.path(), 2);
  write_text(folder / "heads.csv", "frame,x,y\n2,1.5,1\n2,15.9,7.9\n2,14,7\n");
  const PeopleDataset data = load(folder.path());
  REQUIRE(data.train.frames() == 0);
  REQUIRE(data.test.images.shape == kInput);
  REQUIRE(data.test.images.labels == std::vector<std::int32_t>{0, 3});
  REQUIRE(data.test.cell_counts({2, 2}) == std::vector<std::int32_t>{0, 0, 0, 0, 1, 0, 0, 2});
  REQUIRE(data.files.size() == 2);
}

TEST_CASE("boxes of COCO and YOLO stand for their centres") {
  const ScratchDirectory folder;
  write_frames(folder.path(), 2);
  SECTION("COCO, other categories left out") {
    write_text(folder / "boxes.json",
               R"({"categories": [{"id": 1, "name": "person"}, {"id": 3, "name": "dog"}],
                   "images": [{"id": 7, "file_name": "a/seq_000001.jpg"}, {"id": 8, "file_name": "seq_000002.jpg"}],
                   "annotations": [{"image_id": 8, "category_id": 1, "bbox": [8, 4, 4, 2]},
                                   {"image_id": 7, "category_id": 3, "bbox": [8, 4, 4, 2]}]})");
  }
  SECTION("YOLO, other classes left out, a frame without a file empty") {
    fs::create_directories(folder / "labels");
    write_text(folder / "labels" / "seq_000002.txt", "0 0.625 0.625 0.25 0.25\n2 0.1 0.1 0.1 0.1\n");
  }
  const PeopleDataset data = load(folder.path());
  REQUIRE(data.test.images.labels == std::vector<std::int32_t>{0, 1});
  REQUIRE(data.test.people[1][0].right == Approx(10.0 / 16));
  REQUIRE(data.test.people[1][0].down == Approx(5.0 / 8));
}

TEST_CASE("folders train and test are the sets, and the last tenth to train on is for validation") {
  const ScratchDirectory folder;
  for (const char* set : {"train", "test"}) {
    write_frames(folder / set, set == std::string("train") ? 20 : 3);
    write_text(folder / set / "heads.csv", "frame,x,y\n1,1,1\n");
  }
  const PeopleDataset data = load(folder.path());
  REQUIRE(data.train.frames() == 18);
  REQUIRE(data.validation.frames() == 2);
  REQUIRE(data.test.frames() == 3);
  REQUIRE(data.train.images.pixels.size() == 18 * static_cast<std::size_t>(kInput.elements()));
  REQUIRE(data.validation.images.labels == std::vector<std::int32_t>{0, 0});
}

TEST_CASE("what is wrong with marks is said with file and line") {
  const ScratchDirectory folder;
  write_frames(folder.path(), 1);
  const auto table = [&](const std::string& text) { write_text(folder / "heads.csv", text); };
  table("x,y\n");
  REQUIRE_THROWS_WITH(load(folder.path()),
                      ContainsSubstring("heads.csv:1") && ContainsSubstring("frame,x,y"));
  table("frame,x,y\n1,2\n");
  REQUIRE_THROWS_WITH(load(folder.path()),
                      ContainsSubstring("heads.csv:2") && ContainsSubstring("found \"1,2\""));
  table("frame,x,y\n1,2,3\n\n9,2,3\n");
  REQUIRE_THROWS_WITH(load(folder.path()),
                      ContainsSubstring("heads.csv:4") && ContainsSubstring("no frame whose name ends in 9"));
  table("frame,x,y\n1,20,3\n");
  REQUIRE_THROWS_WITH(load(folder.path()),
                      ContainsSubstring("heads.csv:2") && ContainsSubstring("outside the frame"));
  fs::remove(folder / "heads.csv");
  REQUIRE_THROWS_WITH(load(folder.path()), ContainsSubstring("heads.csv"));
  write_text(folder / "boxes.json", "{\"images\": 3}");
  REQUIRE_THROWS_WITH(load(folder.path()), ContainsSubstring("boxes.json") && ContainsSubstring("COCO"));
}

TEST_CASE("a frame that does not decode is named") {
  const ScratchDirectory folder;
  write_frames(folder.path(), 1);
  write_text(folder / "frames" / "seq_000002.jpg", "no picture");
  write_text(folder / "heads.csv", "frame,x,y\n");
  REQUIRE_THROWS_WITH(load(folder.path()),
                      ContainsSubstring("frames") && ContainsSubstring("seq_000002.jpg does not decode"));
}
