#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_tensors.hpp"
#include "sim/profile/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/profile/scratch_directory.hpp"
#include "tests/profile/small_profile.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;

namespace {

using Metadata = std::map<std::string, std::string>;
using Damage = std::function<void(std::vector<TensorView>&, Metadata&)>;

/// Damages the file of a sound profile, reads it, and returns what the error says ("" for none).
std::string complaint_about(const Damage& damage) {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  const auto path = scratch / "p.safetensors";
  write_exit_profile(path, numbers.profile());
  const SafetensorsFile sound(path);
  std::vector<TensorView> tensors = sound.tensors();
  Metadata metadata = sound.metadata();
  metadata.erase("sha256");  // which would tell of any damage
  damage(tensors, metadata);
  write_safetensors(path, tensors, metadata);
  try {
    read_exit_profile(path);
    return "";
  } catch (const UserError& error) {
    REQUIRE(error.problems().front().place.source == path.string());
    return error.problems().front().message;
  }
}

/// The same for a profile whose JSON document is changed.
std::string complaint_about_document(const std::function<void(nlohmann::json&)>& damage) {
  return complaint_about([&damage](std::vector<TensorView>&, Metadata& metadata) {
    nlohmann::json document = nlohmann::json::parse(metadata.at("profile"));
    damage(document);
    metadata["profile"] = document.dump();
  });
}

TensorView& named(std::vector<TensorView>& tensors, const std::string& name) {
  return *std::ranges::find(tensors, name, &TensorView::name);
}

}  // namespace

TEST_CASE("an undamaged profile has no complaint") {
  CHECK(complaint_about([](auto&, auto&) {}).empty());
  CHECK(complaint_about_document([](auto&) {}).empty());
}

TEST_CASE("a profile in which any bit has changed is refused") {
  // One bit of each byte in turn; but for the digest's own key, which would be one that nobody knows.
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  write_exit_profile(scratch / "whole", numbers.profile());
  std::ifstream in(scratch / "whole", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const std::size_t key = whole.find("\"sha256\":") + 1;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    if (at >= key && at < key + 6) continue;
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    std::ofstream(scratch / "changed", std::ios::binary) << changed;
    CAPTURE(at);
    CHECK_THROWS_AS(read_exit_profile(scratch / "changed"), UserError);
  }
}

TEST_CASE("a digest holds for the numbers, wherever they lie in the file") {
  const std::vector<float> numbers{1, 2, 3};
  const TensorView a = tensor_view("a", std::span<const float>(numbers), {3});
  const TensorView b = tensor_view("b", std::span<const float>(numbers), {3, 1});
  CHECK(content_sha256("document", {a, b}) == content_sha256("document", {b, a}));
  CHECK(content_sha256("document", {a, b}) != content_sha256("document", {a}));
  CHECK(content_sha256("document", {a, b}) != content_sha256("other", {a, b}));
  const TensorView reshaped = tensor_view("b", std::span<const float>(numbers), {1, 3});
  CHECK(content_sha256("document", {a, b}) != content_sha256("document", {a, reshaped}));
}

TEST_CASE("a profile cut short at any byte is refused") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  write_exit_profile(scratch / "whole", numbers.profile());
  std::ifstream in(scratch / "whole", std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  std::size_t refused = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    std::ofstream(scratch / "cut", std::ios::binary) << whole.substr(0, length);
    try {
      read_exit_profile(scratch / "cut");
    } catch (const UserError&) {
      ++refused;
    }
  }
  CHECK(refused == whole.size());
}

TEST_CASE("a profile with any one byte changed is read or refused") {
  const ScratchDirectory scratch;
  const SmallProfile numbers;
  write_exit_profile(scratch / "whole", numbers.profile());
  std::ifstream in(scratch / "whole", std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  std::size_t read = 0;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const char sound = content[i];
    content[i] = static_cast<char>(sound ^ 0x15);
    std::ofstream(scratch / "changed", std::ios::binary) << content;
    content[i] = sound;
    try {
      read_exit_profile(scratch / "changed");
      ++read;
    } catch (const UserError&) {
      ++refused;
    }
  }
  // Whatever else is thrown fails the test; a changed logit can be read, a changed structure not.
  CHECK(read + refused == content.size());
  CHECK(refused > content.size() / 2);
}

TEST_CASE("another format or none is refused") {
  CHECK_THAT(complaint_about([](auto&, Metadata& metadata) { metadata["format"] = "offramp-profile-2"; }),
             ContainsSubstring("its format is \"offramp-profile-2\", not \"offramp-profile-1\""));
  CHECK_THAT(complaint_about([](auto&, Metadata& metadata) { metadata.clear(); }),
             ContainsSubstring("its __metadata__ has no \"format\""));
  CHECK_THAT(complaint_about([](auto&, Metadata& metadata) { metadata.erase("profile"); }),
             ContainsSubstring("has no \"profile\""));
}

TEST_CASE("a label outside the classes is refused") {
  const std::vector<std::int32_t> too_large = {0, 2, 1};
  const std::vector<std::int32_t> negative = {0, 1, -1};
  const auto with_labels = [](const std::vector<std::int32_t>& labels) {
    return complaint_about([&labels](std::vector<TensorView>& tensors, auto&) {
      named(tensors, "validation/labels").bytes = std::as_bytes(std::span(labels));
    });
  };
  CHECK_THAT(with_labels(too_large),
             ContainsSubstring("\"validation/labels\" has the label 2 for image 1; allowed: 0 to 1"));
  CHECK_THAT(with_labels(negative), ContainsSubstring("the label -1 for image 2"));
}

TEST_CASE("a logit that is not finite is refused wherever it is") {
  std::vector<float> logits = {0, 1, 1, std::numeric_limits<float>::quiet_NaN()};
  const auto with = [](const auto& values, const std::string& name) {
    return complaint_about([&](std::vector<TensorView>& tensors, auto&) {
      TensorView& damaged = named(tensors, name);
      damaged = tensor_view(name, std::span(values), damaged.shape);
    });
  };
  const auto with_logits_in = [&](const std::string& name) { return with(std::as_const(logits), name); };
  CHECK_THAT(with_logits_in("test/exit 1/logits"),
             ContainsSubstring("\"test/exit 1/logits\" has the logit nan for image 1"));
  logits[3] = std::numeric_limits<float>::infinity();
  CHECK_THAT(with_logits_in("test/exit 0/int8_zstd/exit 1/logits"),
             ContainsSubstring("has the logit inf for image 1"));
  const std::vector<std::uint16_t> halves = {0, 0x7E00, 0, 0};
  CHECK_THAT(with(halves, "test/exit 1/logits"), ContainsSubstring("has the logit nan for image 0"));
}

TEST_CASE("tensors of another shape or type or missing or unknown are refused") {
  CHECK_THAT(complaint_about([](std::vector<TensorView>& tensors, auto&) {
               named(tensors, "validation/exit 0/logits").shape = {2, 3};
             }),
             ContainsSubstring("\"validation/exit 0/logits\" is F16 [2, 3], but F16 [3, 2] is needed"));
  CHECK_THAT(complaint_about([](std::vector<TensorView>& tensors, auto&) {
               named(tensors, "test/labels").type = TensorType::u32;
             }),
             ContainsSubstring("is U32 [2], but I32 [2] is needed"));
  CHECK_THAT(complaint_about([](std::vector<TensorView>& tensors, auto&) { tensors.pop_back(); }),
             ContainsSubstring("has no tensor"));
  CHECK_THAT(complaint_about([](std::vector<TensorView>& tensors, auto&) {
               tensors.push_back({"extra", TensorType::f32, {0}, {}});
             }),
             ContainsSubstring("\"extra\" belongs to nothing"));
}

TEST_CASE("a document that does not fit the format is refused with the place in it") {
  using Json = nlohmann::json;
  CHECK_THAT(complaint_about_document([](Json& d) { d.erase("exits"); }),
             ContainsSubstring("profile lacks the key \"exits\""));
  CHECK_THAT(complaint_about_document([](Json& d) { d["extra"] = 1; }),
             ContainsSubstring("profile has unknown keys"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["exits"][1]["head"]["flops"] = -1; }),
             ContainsSubstring("profile.exits[1].head.flops must be a number that is not negative"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["num_classes"] = 0; }),
             ContainsSubstring("profile.num_classes must be a whole number from 1"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["sets"][0]["images"] = 1e18; }),
             ContainsSubstring("profile.sets[0].images must be a whole number"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["sets"][0]["images"] = 18446744073709551615ULL; }),
             ContainsSubstring("profile.sets[0].images must be a whole number"));
  CHECK_THAT(complaint_about_document([](Json& d) {
               d["input"] = {1, 2};
             }),
             ContainsSubstring("must have three numbers"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][1]["name"] = "exit 1"; }),
             ContainsSubstring("\"exit 1\" has no exit behind it"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["splits"][1]["name"] = "input"; }),
             ContainsSubstring("\"input\" stands twice"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["dataset"] = "../../etc"; }),
             ContainsSubstring("is no name"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["data_files"][0]["name"] = "../secret"; }),
             ContainsSubstring("no path below the dataset's folder"));
  CHECK_THAT(complaint_about_document([](Json& d) { d["weights_sha256"] = "abc"; }),
             ContainsSubstring("is no SHA-256"));
}

TEST_CASE("doubled keys and deep nesting in the document are refused") {
  const auto with_document = [](const std::string& text) {
    return complaint_about([&text](auto&, Metadata& metadata) { metadata["profile"] = text; });
  };
  CHECK_THAT(with_document(R"({"model": "a", "model": "b"})"),
             ContainsSubstring("has the key \"model\" twice"));
  CHECK_THAT(with_document(std::string(100000, '[')), ContainsSubstring("nested deeper"));
  CHECK_THAT(with_document("{"), ContainsSubstring("is not valid JSON"));
  CHECK_THAT(with_document(R"({"model": 1e999})"), ContainsSubstring("number that is too large"));
}
