// The decoder of every codec, without the checksum before it, which no mutation would pass. The first byte
// of an input chooses the codec. A decoder bears any bytes: it throws DamagedStream, or writes numbers.
// OFFRAMP_CODECS: "jxl" or "hevc", whose libraries are slow, or what is neither.
#include <algorithm>
#include <memory>
#include <utility>

#include "models/codec/codec.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/models/samples.hpp"

namespace offramp::fuzz {
namespace {

constexpr FeatureShape kShape{3, 16, 16};

/// Opens what is protected in Codec.
struct Bare : Codec {
  static std::unique_ptr<Decoder> decoder(const Codec& codec) { return (codec.*&Bare::bare_decoder)(kShape); }
  static std::unique_ptr<Encoder> encoder(const Codec& codec) { return (codec.*&Bare::bare_encoder)(kShape); }
};

struct Family {
  std::unique_ptr<Codec> codec;
  std::unique_ptr<Decoder> decoder;
  std::string payload;
};

bool belongs_here(const std::string& name) {
  const std::string here = OFFRAMP_CODECS;
  for (const std::string library : {"jxl", "hevc"})
    if (name.find(library) != std::string::npos) return here == library;
  return here == "others";
}

std::vector<Family> every_family() {
  std::vector<Family> families;
  for (const Signal signal : {Signal::image, Signal::feature})
    for (const std::string& name : codec_examples(signal)) {
      if (!belongs_here(name)) continue;
      const std::vector<float> x = signal == Signal::image ? blob_picture(kShape) : rectified_feature(kShape);
      Family family{fitted_codec(name, kShape, x), nullptr, {}};
      family.decoder = Bare::decoder(*family.codec);
      for (const std::byte byte : Bare::encoder(*family.codec)->encode(x))
        family.payload += static_cast<char>(byte);
      families.push_back(std::move(family));
    }
  return families;
}

}  // namespace

FuzzTarget fuzz_target() {
  const auto families = std::make_shared<std::vector<Family>>(every_family());
  FuzzTarget target;
  target.read = [families](Bytes input) {
    if (input.empty()) return;
    Family& family = (*families)[input[0] % families->size()];
    // A stream with a state begins anew: an input must do the same each time.
    if (family.codec->stateful()) family.decoder = Bare::decoder(*family.codec);
    std::vector<float> out(static_cast<std::size_t>(kShape.elements()));
    try {
      family.decoder->decode(std::as_bytes(input.subspan(1)), out);
    } catch (const DamagedStream&) {
    }
  };
  for (std::size_t i = 0; i < families->size(); ++i)
    target.seeds.push_back(static_cast<char>(i) + (*families)[i].payload);
  target.tokens = {std::string(1, '\0'), "\xff\xff", "\xff\xd9", "\x28\xb5\x2f\xfd"};
  target.memory = {4'000, 64u << 20};
  return target;
}

}  // namespace offramp::fuzz
