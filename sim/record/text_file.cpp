#include "sim/record/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"

namespace offramp {

TextFile::TextFile(std::filesystem::path path)
    : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb"), &std::fclose) {
  if (!file_) fail();
}

void TextFile::fail() const {
  throw UserError(Place{path_.string()},
                  fmt::format("cannot be written: {}", std::generic_category().message(errno)));
}

void TextFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail();
}

void TextFile::append_file(const std::filesystem::path& other) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> source(std::fopen(other.c_str(), "rb"), &std::fclose);
  if (!source) throw UserError(Place{other.string()}, "cannot be read");
  std::vector<char> buffer(1 << 20);
  for (std::size_t got; (got = std::fread(buffer.data(), 1, buffer.size(), source.get())) > 0;)
    write({buffer.data(), got});
  if (std::ferror(source.get())) throw UserError(Place{other.string()}, "cannot be read");
}

void TextFile::close() {
  if (std::fclose(file_.release()) != 0) fail();
}

}  // namespace offramp
