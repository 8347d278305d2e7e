// Weights and profiles as safetensors files.
#include "sim/profile/safetensors.hpp"

#include <memory>

#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"
#include "tests/fuzz/input_file.hpp"
#include "tests/profile/small_profile.hpp"

namespace offramp::fuzz {
namespace {

std::string file_of(const std::string& header, const std::string& data) {
  std::string text(8, '\0');
  for (int i = 0; i < 8; ++i)
    text[static_cast<std::size_t>(i)] = static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return text + header + data;
}

/// Every tensor of every exit, touched: a view that reaches out of the file would show.
double sum_of(const ExitProfile& profile) {
  double sum = 0;
  for (const ImageSet& set : profile.sets) {
    for (const std::int32_t label : set.labels) sum += label;
    for (const auto& logits : set.logits)
      for (const float logit : logits) sum += static_cast<double>(logit);
  }
  for (const SplitPoint& split : profile.splits)
    for (const CodecAnswers& codec : split.codecs)
      for (const CodedSet& set : codec.sets)
        for (const std::uint32_t bytes : set.coded_bytes) sum += bytes;
  return sum;
}

/// No mutation would pass it.
std::string without_digest(std::string profile) {
  return profile.replace(profile.find("\"sha256\""), 8, "\"sha257\"");
}

}  // namespace

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("profile.safetensors");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    // Half of the inputs are a header alone: its length need not be guessed.
    const bool whole = input.empty() || input[0] != '{';
    const std::string framed = whole ? std::string() : file_of(text_of(input), std::string(64, '\x3f'));
    const auto& path = file->write(whole ? input : bytes_of(framed));
    try {
      const SafetensorsFile tensors(path);
      unsigned sum = 0;
      for (const TensorView& view : tensors.tensors())
        for (const std::byte byte : view.bytes) sum += std::to_integer<unsigned>(byte);
      (void)sum;
    } catch (const UserError&) {
    }
    try {
      const ExitProfile profile = read_exit_profile(path);
      require(sum_of(profile) < 1e300, "a profile's numbers are finite");
      profile.digest();
    } catch (const UserError&) {
    }
  };
  const SmallProfile small;
  target.seeds = {
      without_digest(
          written([&](const std::filesystem::path& to) { write_exit_profile(to, small.profile()); })),
      file_of(R"({"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"__metadata__":{"a":"b"}})",
              std::string(16, 'x')),
      R"({"w":{"dtype":"U8","shape":[64],"data_offsets":[0,64]}})",
      R"({"a":{"dtype":"I64","shape":[0,9223372036854775807],"data_offsets":[0,0]},"b":{"dtype":"F32","shape":[16],"data_offsets":[0,64]}})"};
  target.tokens = {"\"dtype\":",
                   "\"F32\"",
                   "\"I64\"",
                   "\"U8\"",
                   "\"shape\":",
                   "\"data_offsets\":",
                   "\"__metadata__\":",
                   "9223372036854775807",
                   "18446744073709551615",
                   "4294967296",
                   "-1",
                   "[",
                   "]",
                   "{",
                   "}",
                   ",",
                   "\\u0000",
                   "test/labels",
                   "validation/exit 0/logits"};
  target.memory = {4'000, 1u << 20};
  return target;
}

}  // namespace offramp::fuzz
