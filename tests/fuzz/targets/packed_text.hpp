#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <map>
#include <string>

#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {

enum class Packed { plain, gzip, xz, zstd, bzip2 };

/// models/data/packed_file.hpp: unpacked at most 1,024 times the file and 1 MiB, held twice while a vector
/// grows, and what libarchive's decompressors take (xz: up to its dictionary; zstd: up to 128 MiB).
inline constexpr MemoryBound kPackedMemory{3 * 1'024, 256u << 20};

inline void add_filter(archive* to, Packed how) {
  if (how == Packed::gzip) archive_write_add_filter_gzip(to);
  if (how == Packed::xz) archive_write_add_filter_xz(to);
  if (how == Packed::zstd) archive_write_add_filter_zstd(to);
  if (how == Packed::bzip2) archive_write_add_filter_bzip2(to);
}

inline void add_entry(archive* to, const std::string& name, const std::string& text) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_write_header(to, entry);
  archive_write_data(to, text.data(), text.size());
  archive_entry_free(entry);
}

inline std::string packed_text(const std::string& text, Packed how) {
  return written([&](const std::filesystem::path& path) {
    archive* to = archive_write_new();
    archive_write_set_format_raw(to);
    add_filter(to, how);
    archive_write_open_filename(to, path.c_str());
    add_entry(to, "data", text);
    archive_write_close(to);
    archive_write_free(to);
  });
}

inline std::string tar_text(const std::map<std::string, std::string>& files, Packed how) {
  return written([&](const std::filesystem::path& path) {
    archive* to = archive_write_new();
    archive_write_set_format_ustar(to);
    add_filter(to, how);
    archive_write_open_filename(to, path.c_str());
    for (const auto& [name, text] : files) add_entry(to, name, text);
    archive_write_close(to);
    archive_write_free(to);
  });
}

}  // namespace offramp::fuzz
