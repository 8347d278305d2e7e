#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace offramp {

/// The bytes of a file, unpacked when it is packed by xz, gzip, bzip2 or zstd.
/// A file unpacks to at most 1,024 times its size and 1 MiB; xz and zstd may take 256 MiB beside that.
/// @throws UserError naming the file and what is wrong: missing, damaged, cut short, unpacking to more
std::vector<std::uint8_t> read_packed_file(const std::filesystem::path& path);

/// A tar archive's files in its order; the archive may be packed as above.
/// @param visit  called with each file's name within the archive and its bytes
/// @throws UserError naming the archive and what is wrong with it
void for_each_archived_file(
    const std::filesystem::path& path,
    const std::function<void(const std::string& name, const std::vector<std::uint8_t>& bytes)>& visit);

}  // namespace offramp
