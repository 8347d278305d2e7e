#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace offramp {

/// SHA-256 in lower-case hexadecimal (64 letters).
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::string_view text);

/// @throws UserError when the file cannot be read
std::string sha256_hex_of_file(const std::filesystem::path& path);

}  // namespace offramp
