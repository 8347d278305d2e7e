#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_cells.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

using Tensors = std::vector<TensorView>;
using Json = nlohmann::json;

/// Damages the file of a sound profile by cells, reads it, and returns what the error says ("" for none).
std::string complaint_about(const std::function<void(Tensors&, Json&)>& damage) {
  const ScratchDirectory scratch;
  const SmallCells numbers;
  write_exit_profile(scratch / "p", numbers.profile());
  const SafetensorsFile sound(scratch / "p");
  Tensors tensors = sound.tensors();
  std::map<std::string, std::string> metadata = sound.metadata();
  metadata.erase("sha256");  // which would tell of any damage
  Json document = Json::parse(metadata.at("profile"));
  damage(tensors, document);
  metadata["profile"] = document.dump();
  write_safetensors(scratch / "p", tensors, metadata);
  try {
    read_exit_profile(scratch / "p");
    return "";
  } catch (const UserError& error) {
    return error.problems().front().message;
  }
}

std::string complaint_about_document(const std::function<void(Json&)>& damage) {
  return complaint_about([&](Tensors&, Json& document) { damage(document); });
}

template <class T>
std::string complaint_about_values(const std::string& tensor, const std::vector<T>& values) {
  return complaint_about([&](Tensors& tensors, Json&) {
    TensorView& damaged = *std::ranges::find(tensors, tensor, &TensorView::name);
    damaged = tensor_view(tensor, std::span<const T>(values), damaged.shape);
  });
}

/// What writing a changed profile is refused with.
std::string refusal_of(const std::function<void(ExitProfile&)>& change) {
  const ScratchDirectory scratch;
  const SmallCells numbers;
  ExitProfile profile = numbers.profile();
  change(profile);
  try {
    write_exit_profile(scratch / "p", profile);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a profile by cells read back has the answers that were written") {
  const ScratchDirectory scratch;
  const SmallCells numbers;
  ExitProfile written = numbers.profile();
  written.masks.push_back({"patience", {}, 1});
  write_exit_profile(scratch / "p", written);
  const ExitProfile read = read_exit_profile(scratch / "p");
  CHECK(read.cells == CellGrid{1, 2});
  CHECK(read.masks == written.masks);
  CHECK(read.masks[0].text() == "entropy [0.3]");
  CHECK(read.masks[2].text() == "patience 1");
  CHECK(read.digest() == written.digest());

  const ImageSet& test = read.set("test");
  CHECK(test.images() == SmallCells::kFrames);
  CHECK(test.cells == 2);
  CHECK(std::ranges::equal(test.labels, numbers.people));
  CHECK(std::ranges::equal(test.logits[0], numbers.early));
  CHECK(std::ranges::equal(test.counts[1], numbers.last_counts));

  const SplitPoint& split = *read.find_split("exit 0");
  REQUIRE(split.find_masked("int8_zstd", 0) != nullptr);
  REQUIRE(split.find_masked("int8_zstd", 1) != nullptr);
  CHECK(split.find_masked("raw_f32", 0) == nullptr);
  CHECK(split.find_codec("int8_zstd") == split.find_masked("int8_zstd", 0));  // the first of them
  const CodecAnswers& masked = *split.find_masked("int8_zstd", 0);
  const CodecAnswers& all = *split.find_masked("int8_zstd", 1);
  CHECK(std::ranges::equal(masked.sets[1].coded_bytes, numbers.bytes_masked));
  CHECK(std::ranges::equal(all.sets[1].coded_bytes, numbers.bytes_of_all));
  CHECK(masked.encode_s == 3e-6);
  CHECK(all.encode_s == 6e-6);
  CHECK(std::ranges::equal(read.logits_behind(split, masked, 1, 1), numbers.masked));
  CHECK(std::ranges::equal(read.counts_behind(split, masked, 1, 1), numbers.masked_counts));
  CHECK(std::ranges::equal(read.counts_behind(split, all, 1, 1), numbers.last_counts));
}

TEST_CASE("answers under a mask stand even behind an exact codec") {
  const ScratchDirectory scratch;
  const SmallCells numbers;
  ExitProfile written = numbers.profile();
  for (CodecAnswers& answers : written.splits[1].codecs) answers.exact = true;
  write_exit_profile(scratch / "p", written);
  const ExitProfile read = read_exit_profile(scratch / "p");
  const SplitPoint& split = *read.find_split("exit 0");
  CHECK(std::ranges::equal(read.logits_behind(split, *split.find_masked("int8_zstd", 0), 1, 1),
                           numbers.masked));
}

TEST_CASE("the digest knows the grid and the masks") {
  const SmallCells numbers;
  const std::string digest = numbers.profile().digest();
  ExitProfile other = numbers.profile();
  other.masks[0].thresholds[0] = 0.31;
  CHECK(other.digest() != digest);
  other = numbers.profile();
  other.cells = CellGrid{2, 1};
  CHECK(other.digest() != digest);
}

TEST_CASE("damaged numbers of people are refused with the cell") {
  std::vector<std::int32_t> people = SmallCells().people;
  people[3] = -1;
  CHECK_THAT(complaint_about_values("test/labels", people),
             ContainsSubstring("\"test/labels\" has -1 people in cell 1 of image 1; allowed: 0 and more"));
  std::vector<float> counts = SmallCells().last_counts;
  counts[4] = -0.5F;
  CHECK_THAT(complaint_about_values("test/exit 1/counts", counts),
             ContainsSubstring(
                 "\"test/exit 1/counts\" has the count -0.5 for cell 0 of image 2; allowed: 0 and more"));
  counts[4] = std::numeric_limits<float>::infinity();
  CHECK_THAT(complaint_about_values("test/exit 0/int8_zstd/mask 1/exit 1/counts", counts),
             ContainsSubstring("has the count inf for cell 0 of image 2"));
  std::vector<float> logits = SmallCells().masked;
  logits[9] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THAT(complaint_about_values("test/exit 0/int8_zstd/mask 0/exit 1/logits", logits),
             ContainsSubstring("has the logit nan for image 2"));
  people = {1000000, 0, 0, 0, 0, 0, 0, 0};
  CHECK(complaint_about_values("test/labels", people).empty());
}

TEST_CASE("tensors of another grid are refused") {
  CHECK_THAT(complaint_about_document([](Json& d) {
               d["cells"] = {{"rows", 2}, {"columns", 2}};
             }),
             ContainsSubstring("\"validation/labels\" is I32 [4, 2], but I32 [4, 4] is needed"));
  CHECK_THAT(complaint_about_document([](Json& d) {
               d.erase("cells");
               d.erase("masks");
               for (Json& split : d["splits"])
                 for (Json& codec : split["codecs"]) codec.erase("mask");
             }),
             ContainsSubstring("codec \"int8_zstd\" stands twice"));
}

TEST_CASE("a document whose cells and masks do not fit is refused") {
  CHECK_THAT(complaint_about_document([](Json& d) { d["cells"]["rows"] = 0; }),
             ContainsSubstring("profile.cells.rows must be a whole number from 1 to 1024"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["cells"]["depth"] = 1; }),
             ContainsSubstring("profile.cells has unknown keys; allowed: rows, columns"));
  CHECK_THAT(complaint_about_document([](Json& d) { d.erase("cells"); }),
             ContainsSubstring("there are masks, but no cells"));
  CHECK_THAT(complaint_about_document([](Json& d) {
               d.erase("cells");
               d.erase("masks");
             }),
             ContainsSubstring("\"jpeg75/mask 1\" at split \"input\" has a mask, but there are no cells"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["num_classes"] = 3; }),
             ContainsSubstring("there are two classes"));
  CHECK_THAT(complaint_about_document([](Json& d) {
               d["temperatures"] = {1, 1};
             }),
             ContainsSubstring("neither routers nor temperatures"));
  CHECK_THAT(complaint_about_document([](Json& d) {
               d["masks"][0]["thresholds"] = {0.1, 0.2};
             }),
             ContainsSubstring(
                 "the mask entropy [0.1, 0.2] has 2 thresholds; \"always\" and patience have none, any other "
                 "rule one for each of 1"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["masks"][1]["thresholds"] = {0.1}; }),
             ContainsSubstring("the mask always [0.1] has 1 thresholds"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["masks"][1]["patience"] = 1; }),
             ContainsSubstring("the mask always has a patience"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["masks"].push_back(d["masks"][0]); }),
             ContainsSubstring("the mask entropy [0.3] stands twice"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["masks"][0]["rule"] = "../x"; }),
             ContainsSubstring("no name for a mask's rule"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][1]["codecs"][0].erase("mask"); }),
             ContainsSubstring("\"int8_zstd\" at split \"exit 0\" has no mask"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][1]["codecs"][0]["mask"] = 2; }),
             ContainsSubstring("there are 2 masks"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][1]["codecs"][0]["mask"] = 1; }),
             ContainsSubstring("codec \"int8_zstd/mask 1\" stands twice at split \"exit 0\""));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][0]["codecs"][0]["mask"] = 0; }),
             ContainsSubstring("the image travels whole, under the mask \"always\" alone"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][1]["codecs"][0]["after"] = "input:jpeg75"; }),
             ContainsSubstring("has a hop before it, which cells cannot have"));
}

TEST_CASE("a profile by cells that could not be read back is not written") {
  CHECK_THAT(refusal_of([](ExitProfile& p) { p.sets[1].counts.pop_back(); }),
             ContainsSubstring("test needs counts of every exit"));
  CHECK_THAT(refusal_of([](ExitProfile& p) { p.sets[1].cells = 1; }),
             ContainsSubstring("test has labels of another number of cells"));
  CHECK_THAT(refusal_of([](ExitProfile& p) { p.splits[1].codecs[0].sets[0].counts.clear(); }),
             ContainsSubstring("int8_zstd/mask 0 at exit 0 needs the counts of 1 exits"));
  CHECK_THAT(refusal_of([](ExitProfile& p) { p.splits[1].codecs[1].sets[0].logits.clear(); }),
             ContainsSubstring("int8_zstd/mask 1 at exit 0 needs the logits of 1 exits"));
}
