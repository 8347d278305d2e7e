#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace offramp {

/// An IDX file of unsigned bytes, as text: header and values.
inline std::string idx_text(const std::vector<std::uint32_t>& dimensions, const std::string& values) {
  std::string text{'\0', '\0', '\x08', static_cast<char>(dimensions.size())};
  for (const std::uint32_t size : dimensions)
    for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(size >> shift & 0xFF);
  return text + values;
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline void write_gzip(const std::filesystem::path& path, const std::string& text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

}  // namespace offramp
