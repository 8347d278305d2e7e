// In the place of hevc_coding.cpp where x265 (GPL) and libde265 are not wanted or not there.
#include "models/codec/picture_coding.hpp"
#include "sim/core/error.hpp"

namespace offramp {

bool has_hevc() { return false; }

namespace {

[[noreturn]] void refuse() {
  throw UserError(
      "this build has no HEVC; install libx265-dev and libde265-dev and build again (without "
      "OFFRAMP_HEVC=OFF)");
}

}  // namespace

std::unique_ptr<PictureCoding> make_hevc_coding(int) { refuse(); }

std::unique_ptr<PictureCoding> make_hevc_video_coding(int) { refuse(); }

}  // namespace offramp
