#include "models/data/packed_file.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kReadBlock = std::size_t{1} << 16;
constexpr std::size_t kMostUnpacked = 1024;                   // bytes of each byte of the file
constexpr std::size_t kAlwaysAllowed = std::size_t{1} << 20;  // a small file may be all zeros

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

[[noreturn]] void fail(const fs::path& path, archive* reader) {
  const char* why = ::archive_error_string(reader);
  throw UserError(Place{path.string()}, fmt::format("is damaged or cut short ({}); get the file again",
                                                    why != nullptr ? why : "?"));
}

/// Opened at its first entry.
class Reader {
 public:
  Reader(const fs::path& path, bool tar) : path_(path), archive_(::archive_read_new(), ::archive_read_free) {
    if (!fs::is_regular_file(path))
      throw UserError(Place{path.string()}, "there is no such file; is the data set complete?");
    ::archive_read_support_filter_all(archive_.get());
    if (tar)
      ::archive_read_support_format_tar(archive_.get());
    else
      ::archive_read_support_format_raw(archive_.get());
    if (::archive_read_open_filename(archive_.get(), path.c_str(), kReadBlock) != ARCHIVE_OK)
      fail(path_, archive_.get());
    allowance_ = kMostUnpacked * fs::file_size(path) + kAlwaysAllowed;
  }

  /// @return nothing behind the last
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int result = ::archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return nullptr;
    if (result != ARCHIVE_OK) fail(path_, archive_.get());
    return entry;
  }

  std::vector<std::uint8_t> bytes() {
    std::vector<std::uint8_t> all;
    for (;;) {
      std::array<std::uint8_t, kReadBlock> block;
      const auto got = ::archive_read_data(archive_.get(), block.data(), block.size());
      if (got < 0) fail(path_, archive_.get());
      if (got == 0) return all;
      allowance_ -= std::min(allowance_, static_cast<std::size_t>(got));
      if (allowance_ == 0)
        throw UserError(Place{path_.string()},
                        fmt::format("unpacks to more than {} times its size, as no data set does; get the "
                                    "file again",
                                    kMostUnpacked));
      all.insert(all.end(), block.begin(), block.begin() + got);
    }
  }

 private:
  fs::path path_;
  Archive archive_;
  std::size_t allowance_ = 0;  ///< bytes that all files in it may still have
};

}  // namespace

std::vector<std::uint8_t> read_packed_file(const fs::path& path) {
  Reader reader(path, false);
  return reader.next() == nullptr ? std::vector<std::uint8_t>{} : reader.bytes();
}

void for_each_archived_file(
    const fs::path& path,
    const std::function<void(const std::string&, const std::vector<std::uint8_t>&)>& visit) {
  Reader reader(path, true);
  while (archive_entry* entry = reader.next()) {
    if (::archive_entry_filetype(entry) != AE_IFREG) continue;
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr) throw UserError(Place{path.string()}, "holds a file without a name");
    const std::string kept = name;
    visit(kept, reader.bytes());
  }
}

}  // namespace offramp
