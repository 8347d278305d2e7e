#include "models/data/idx_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <memory>
#include <string>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::uint8_t kUnsignedByte = 0x08;
constexpr std::size_t kMostUnpacked = 1032;  // bytes that deflate can make of one (zlib's technical details)

[[noreturn]] void fail(const fs::path& path, const std::string& message) {
  throw UserError(Place{path.string()}, message);
}

/// A gzip file, or a plain one: zlib reads both.
class GzipReader {
 public:
  explicit GzipReader(const fs::path& path) : path_(path), file_(::gzopen(path.c_str(), "rb"), ::gzclose) {
    if (!file_) fail(path, "cannot be opened; is the data set complete?");
  }

  /// @return how many bytes there were, at most `wanted`
  std::size_t read(std::uint8_t* to, std::size_t wanted) {
    std::size_t got = 0;
    while (got < wanted) {
      const auto step = static_cast<unsigned>(std::min<std::size_t>(wanted - got, 1U << 30));
      const int n = ::gzread(file_.get(), to + got, step);
      if (n < 0) fail_compressed();
      if (n == 0) break;
      got += static_cast<std::size_t>(n);
    }
    int error = Z_OK;
    ::gzerror(file_.get(), &error);
    if (error != Z_OK) fail_compressed();
    return got;
  }

 private:
  [[noreturn]] void fail_compressed() {
    int error = Z_OK;
    fail(path_, fmt::format("its gzip stream is damaged or cut short ({}); get the file again",
                            ::gzerror(file_.get(), &error)));
  }

  fs::path path_;
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

}  // namespace

IdxArray read_idx_file(const fs::path& path, std::size_t num_dimensions) {
  if (!fs::is_regular_file(path)) fail(path, "there is no such file; is the data set complete?");
  GzipReader file(path);
  std::array<std::uint8_t, 4> word{};
  if (file.read(word.data(), 4) != 4 || word[0] != 0 || word[1] != 0)
    fail(path, "is no IDX file (wrong magic number)");
  if (word[2] != kUnsignedByte)
    fail(path, fmt::format("holds values of type 0x{:02x}, but unsigned bytes (0x08) are needed", word[2]));
  if (word[3] != num_dimensions)
    fail(path, fmt::format("has {} dimensions, but {} are needed", word[3], num_dimensions));

  // More than the file can hold is refused before room is made for it.
  const std::size_t most_values = kMostUnpacked * fs::file_size(path);
  IdxArray array;
  std::size_t total = 1;
  for (std::size_t i = 0; i < num_dimensions; ++i) {
    if (file.read(word.data(), 4) != 4) fail(path, "is cut short within its header");
    const std::size_t size =
        std::size_t{word[0]} << 24 | std::size_t{word[1]} << 16 | std::size_t{word[2]} << 8 | word[3];
    if (size == 0 || size > most_values / total)
      fail(path, fmt::format("says that dimension {} is {}, which {} bytes cannot hold", i, size,
                             fs::file_size(path)));
    total *= size;
    array.dimensions.push_back(size);
  }
  array.values.resize(total);
  const std::size_t got = file.read(array.values.data(), total);
  if (got != total)
    fail(path, fmt::format("is cut short: its header promises {} values, {} follow", total, got));
  std::uint8_t extra = 0;
  if (file.read(&extra, 1) != 0) fail(path, fmt::format("has bytes left over behind its {} values", total));
  return array;
}

}  // namespace offramp
