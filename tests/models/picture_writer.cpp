#include "tests/models/picture_writer.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <png.h>
#include <turbojpeg.h>

#include <stdexcept>

namespace offramp {

std::string jpeg_text(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), {red, green, blue});
  tjhandle jpeg = tjInitCompress();
  unsigned char* to = nullptr;
  unsigned long size = 0;
  if (tjCompress2(jpeg, pixels.data(), width, 0, height, TJPF_RGB, &to, &size, TJSAMP_444, 95, 0) != 0)
    throw std::runtime_error("no JPEG");
  std::string text(reinterpret_cast<const char*>(to), size);
  tjFree(to);
  tjDestroy(jpeg);
  return text;
}

std::string png_text(int width, int height, const std::vector<std::uint8_t>& interleaved) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, interleaved.data(), 0, nullptr);
  std::string text(size, '\0');
  if (png_image_write_to_memory(&image, text.data(), &size, 0, interleaved.data(), 0, nullptr) == 0)
    throw std::runtime_error("no PNG");
  text.resize(size);
  return text;
}

void write_tar(const std::filesystem::path& path, const std::map<std::string, std::string>& files) {
  archive* to = archive_write_new();
  archive_write_set_format_ustar(to);
  if (path.extension() == ".xz") archive_write_add_filter_xz(to);
  archive_write_open_filename(to, path.c_str());
  for (const auto& [name, text] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(to, entry);
    archive_write_data(to, text.data(), text.size());
    archive_entry_free(entry);
  }
  archive_write_close(to);
  archive_write_free(to);
}

std::string cifar_record(int label, std::uint8_t value) {
  return static_cast<char>(label) + std::string(3072, static_cast<char>(value));
}

}  // namespace offramp
