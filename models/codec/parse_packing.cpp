#include <fmt/format.h>

#include "models/codec/byte_packer.hpp"
#include "models/codec/codec_name.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr int kHighestZstdLevel = 19;

/// The number behind a packing's name, or its default where none is written.
std::optional<int> effort_in(std::string_view text, std::string_view name, int usual, int highest,
                             std::string_view codec) {
  if (text == name) return usual;
  const std::optional<int> effort = number_behind(text, name, 1, highest, codec);
  if (effort == usual)
    throw UserError(fmt::format("codec \"{0}\": write \"{1}\" for \"{1}{2}\"", codec, name, usual));
  return effort;
}

}  // namespace

std::unique_ptr<Packing> parse_packing(std::string_view text, std::string_view codec) {
  if (const auto level = effort_in(text, "zstd", kDefaultZstdLevel, kHighestZstdLevel, codec))
    return make_zstd_packing(*level);
  return nullptr;
}

}  // namespace offramp
