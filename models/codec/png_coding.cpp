#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "models/codec/codec.hpp"
#include "models/codec/picture_coding.hpp"

namespace offramp {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::size_t kSignature = 8;
constexpr std::size_t kHeaderChunk = 4 + 4 + 13 + 4;
constexpr std::size_t kAroundData = 4 + 4 + 4;  // length, type, CRC
constexpr int kZlibLevel = 9;

std::uint32_t big_endian(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

void append_to_file(png_structp png, png_bytep data, png_size_t size) {
  auto& file = *static_cast<Bytes*>(png_get_io_ptr(png));
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  file.insert(file.end(), bytes, bytes + size);
}

[[noreturn]] void fail(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void be_quiet(png_structp, png_const_charp) {}

/// A whole PNG file. libpng leaves by longjmp, so nothing here may own memory.
bool write_png(png_structp png, png_infop info, const PictureFormat& format, const std::byte* picture) {
  if (setjmp(png_jmpbuf(png))) return false;  // NOLINT: libpng's way to report errors
  const auto width = static_cast<png_uint_32>(format.width);
  png_set_IHDR(png, info, width, static_cast<png_uint_32>(format.height), 8,
               format.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, kZlibLevel);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(png, info);
  const std::size_t row = format.samples() / static_cast<std::size_t>(format.height);
  for (std::size_t y = 0; y < static_cast<std::size_t>(format.height); ++y)
    png_write_row(png, reinterpret_cast<png_const_bytep>(picture + y * row));
  png_write_end(png, nullptr);
  return true;
}

Bytes compress(const PictureFormat& format, std::span<const std::byte> picture) {
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, be_quiet);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &file, append_to_file, nullptr);
  const bool written = write_png(png, info, format, picture.data());
  png_destroy_write_struct(&png, &info);
  if (!written) throw std::runtime_error("png: the encoder failed");
  return file;
}

class PngEncoder : public PictureEncoder {
 public:
  explicit PngEncoder(const PictureFormat& format) : format_(format) {}

  void encode(std::span<const std::byte> picture, std::vector<std::byte>& out) override {
    const Bytes file = compress(format_, picture);
    for (std::size_t at = kSignature + kHeaderChunk; at + kAroundData <= file.size();) {
      const std::size_t length = big_endian(file.data() + at);
      const std::byte* data = file.data() + at + 8;
      if (std::memcmp(file.data() + at + 4, "IDAT", 4) == 0) out.insert(out.end(), data, data + length);
      at += kAroundData + length;
    }
  }

 private:
  PictureFormat format_;
};

void append_big_endian(Bytes& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(value >> shift & 0xFF));
}

void read_from(png_structp png, png_bytep data, png_size_t size) {
  auto& file = *static_cast<std::span<const std::byte>*>(png_get_io_ptr(png));
  if (file.size() < size) png_error(png, "cut short");
  std::memcpy(data, file.data(), size);
  file = file.subspan(size);
}

bool read_png(png_structp png, png_infop info, const PictureFormat& format, std::byte* picture) {
  if (setjmp(png_jmpbuf(png))) return false;  // NOLINT: libpng's way to report errors
  png_set_crc_action(png, PNG_CRC_QUIET_USE,
                     PNG_CRC_QUIET_USE);  // we made the chunks' CRCs up: a checksum is behind all
  png_read_info(png, info);
  const std::size_t row = format.samples() / static_cast<std::size_t>(format.height);
  for (std::size_t y = 0; y < static_cast<std::size_t>(format.height); ++y)
    png_read_row(png, reinterpret_cast<png_bytep>(picture + y * row), nullptr);
  png_read_end(png, nullptr);
  return true;
}

class PngDecoder : public PictureDecoder {
 public:
  explicit PngDecoder(const PictureFormat& format)
      : format_(format), header_(compress(format, Bytes(format.bytes()))) {
    header_.resize(kSignature + kHeaderChunk);
  }

  void decode(std::span<const std::byte> coded, std::span<std::byte> picture) override {
    Bytes file = header_;
    append_big_endian(file, static_cast<std::uint32_t>(coded.size()));
    for (const char letter : {'I', 'D', 'A', 'T'}) file.push_back(static_cast<std::byte>(letter));
    file.insert(file.end(), coded.begin(), coded.end());
    append_big_endian(file, 0);  // the CRC, which nobody asks for
    append_big_endian(file, 0);
    for (const char letter : {'I', 'E', 'N', 'D'}) file.push_back(static_cast<std::byte>(letter));
    append_big_endian(file, 0xAE426082);  // the CRC of these four letters
    std::span<const std::byte> rest = file;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, be_quiet);
    png_infop info = png_create_info_struct(png);
    png_set_read_fn(png, &rest, read_from);
    const bool read = read_png(png, info, format_, picture.data());
    png_destroy_read_struct(&png, &info, nullptr);
    if (!read) throw DamagedStream("png: no whole picture");
  }

 private:
  PictureFormat format_;
  Bytes header_;
};

class PngCoding : public PictureCoding {
 public:
  std::string name() const override { return "png"; }
  bool lossless() const override { return true; }
  std::unique_ptr<PictureEncoder> make_encoder(const PictureFormat& format) const override {
    return std::make_unique<PngEncoder>(format);
  }
  std::unique_ptr<PictureDecoder> make_decoder(const PictureFormat& format) const override {
    return std::make_unique<PngDecoder>(format);
  }
};

}  // namespace

std::unique_ptr<PictureCoding> make_png_coding() { return std::make_unique<PngCoding>(); }

}  // namespace offramp
