#include "models/data/decoded_image.hpp"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <stdexcept>

namespace offramp {
namespace {

constexpr std::size_t kMostPixels = std::size_t{1} << 28;
/// Pixels of each byte of a file: an empty page of 1,000 x 1,000 has 1,000.
constexpr std::size_t kMostPixelsPerByte = 4096;

/// Before room is made for what a header promises.
void check_size(std::size_t pixels, std::size_t file_bytes) {
  if (pixels > std::min(kMostPixels, kMostPixelsPerByte * file_bytes))
    throw std::runtime_error("the picture is too large, or larger than its file can hold");
}

std::vector<std::uint8_t> planes_from(const std::vector<std::uint8_t>& interleaved, std::size_t channels) {
  const std::size_t plane = interleaved.size() / channels;
  std::vector<std::uint8_t> planes(interleaved.size());
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < plane; ++i) planes[c * plane + i] = interleaved[i * channels + c];
  return planes;
}

DecodedImage from_interleaved(const std::vector<std::uint8_t>& samples, std::int64_t channels,
                              std::int64_t height, std::int64_t width) {
  return {{channels, height, width}, planes_from(samples, static_cast<std::size_t>(channels))};
}

DecodedImage decode_jpeg(std::span<const std::uint8_t> file) {
  const std::unique_ptr<void, int (*)(tjhandle)> jpeg(tjInitDecompress(), tjDestroy);
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(jpeg.get(), file.data(), file.size(), &width, &height, &subsampling, &colours) != 0)
    throw std::runtime_error(tjGetErrorStr2(jpeg.get()));
  const int channels = colours == TJCS_GRAY ? 1 : 3;
  const auto samples = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  check_size(samples, file.size());
  std::vector<std::uint8_t> interleaved(samples * static_cast<std::size_t>(channels));
  if (tjDecompress2(jpeg.get(), file.data(), file.size(), interleaved.data(), width, 0, height,
                    channels == 1 ? TJPF_GRAY : TJPF_RGB, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0)
    throw std::runtime_error(tjGetErrorStr2(jpeg.get()));
  return from_interleaved(interleaved, channels, height, width);
}

/// libpng makes room for what a chunk says of its length, before it looks whether that much is there.
void check_chunks(std::span<const std::uint8_t> file) {
  constexpr std::size_t kSignature = 8, kAround = 12;  // length, type and checksum
  for (std::size_t at = kSignature; at < file.size();) {
    if (file.size() - at < kAround) throw std::runtime_error("a chunk is cut short");
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | file[at + i];
    if (length > file.size() - at - kAround) throw std::runtime_error("a chunk is longer than the file");
    at += kAround + length;
  }
}

DecodedImage decode_png(std::span<const std::uint8_t> file) {
  check_chunks(file);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, void (*)(png_image*)> freed(&image, png_image_free);
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0)
    throw std::runtime_error(image.message);
  const bool grey = (image.format & PNG_FORMAT_FLAG_COLOR) == 0;
  image.format = grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  check_size(std::size_t{image.width} * image.height, file.size());
  std::vector<std::uint8_t> interleaved(PNG_IMAGE_SIZE(image));
  const png_color black{0, 0, 0};  // behind what is transparent
  if (png_image_finish_read(&image, &black, interleaved.data(), 0, nullptr) == 0)
    throw std::runtime_error(image.message);
  return from_interleaved(interleaved, grey ? 1 : 3, image.height, image.width);
}

}  // namespace

bool is_image_name(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = name.substr(dot);
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

DecodedImage decode_image(std::span<const std::uint8_t> file) {
  if (file.size() >= 2 && file[0] == 0xFF && file[1] == 0xD8) return decode_jpeg(file);
  if (file.size() >= 4 && file[0] == 0x89 && file[1] == 'P' && file[2] == 'N' && file[3] == 'G')
    return decode_png(file);
  throw std::runtime_error("it is neither JPEG nor PNG");
}

}  // namespace offramp
