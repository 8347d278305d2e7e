#include "models/cli/codec_request.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace offramp {

CodecRequest parse_codec_request(const std::string& text) {
  const std::size_t comma = text.rfind(',');
  const std::string after = comma == std::string::npos ? "" : text.substr(0, comma);
  const std::string hop = comma == std::string::npos ? text : text.substr(comma + 1);
  const auto is_hop = [](const std::string& part) {
    const std::size_t colon = part.find(':');
    return colon != std::string::npos && colon > 0 && colon + 1 < part.size();
  };
  if (!is_hop(hop) || (comma != std::string::npos && !is_hop(after)))
    throw UserError(
        Place{"--codec"},
        fmt::format("found \"{}\"; write SPLIT:CODEC, as \"input:jpeg75\" or \"exit 0:int8_zstd\", "
                    "or two for a way over a gateway, as \"input:jpeg75,exit 0:int8_zstd\"",
                    text));
  const std::size_t colon = hop.find(':');
  return {hop.substr(0, colon), hop.substr(colon + 1), after};
}

}  // namespace offramp
