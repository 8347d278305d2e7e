#pragma once

#include <string>

#include "sim/profile/profile_store.hpp"

namespace offramp {

/// What stands behind --codec: "SPLIT:CODEC", or "SPLIT:CODEC,SPLIT:CODEC" over a hop before.
/// @throws UserError
CodecRequest parse_codec_request(const std::string& text);

}  // namespace offramp
