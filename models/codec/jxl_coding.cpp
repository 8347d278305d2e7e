#include <fmt/format.h>
#include <jxl/decode.h>
#include <jxl/encode.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "models/codec/codec.hpp"
#include "models/codec/picture_coding.hpp"

namespace offramp {
namespace {

using Bytes = std::vector<std::byte>;

/// What both ends know: the picture's format and how it is coded.
struct Settings {
  PictureFormat format;
  float distance;  ///< 0: lossless
  int effort;

  bool lossless() const { return distance == 0; }
  JxlPixelFormat pixels() const {
    const JxlDataType type = format.type == SampleType::u8    ? JXL_TYPE_UINT8
                             : format.type == SampleType::u16 ? JXL_TYPE_UINT16
                                                              : JXL_TYPE_FLOAT;
    return {static_cast<std::uint32_t>(format.channels), type, JXL_LITTLE_ENDIAN, 0};
  }
  JxlBasicInfo info() const {
    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = static_cast<std::uint32_t>(format.width);
    info.ysize = static_cast<std::uint32_t>(format.height);
    info.num_color_channels = static_cast<std::uint32_t>(format.channels);
    info.bits_per_sample = static_cast<std::uint32_t>(8 * bytes_of(format.type));
    info.exponent_bits_per_sample = format.type == SampleType::f32 ? 8 : 0;
    info.uses_original_profile = lossless() ? JXL_TRUE : JXL_FALSE;
    return info;
  }
};

struct FreeEncoder {
  void operator()(JxlEncoder* encoder) const { JxlEncoderDestroy(encoder); }
};
struct FreeDecoder {
  void operator()(JxlDecoder* decoder) const { JxlDecoderDestroy(decoder); }
};

void check(JxlEncoder* encoder, JxlEncoderStatus status) {
  if (status != JXL_ENC_SUCCESS)
    throw std::runtime_error(
        fmt::format("jxl: the encoder failed with {}", static_cast<int>(JxlEncoderGetError(encoder))));
}

std::size_t big_endian(std::span<const std::byte> bytes) {
  std::size_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::size_t>(byte);
  return value;
}

/// Takes the codestream out of the boxes that libjxl puts around numbers of more than 8 bits.
Bytes bare_codestream(const Bytes& file) {
  if (file.size() < 2 || file[0] == std::byte{0xFF}) return file;
  Bytes codestream;
  for (std::span<const std::byte> rest = file; rest.size() >= 8;) {
    const std::size_t given = big_endian(rest.first(4));
    const std::size_t size = given == 0 ? rest.size() : given;  // 0: up to the end
    if (size < 8 || size > rest.size()) break;
    const auto content = rest.first(size).subspan(8);
    if (std::memcmp(rest.data() + 4, "jxlc", 4) == 0)
      codestream.insert(codestream.end(), content.begin(), content.end());
    if (std::memcmp(rest.data() + 4, "jxlp", 4) == 0)  // a part, behind its number
      codestream.insert(codestream.end(), content.begin() + 4, content.end());
    rest = rest.subspan(size);
  }
  return codestream;
}

/// A whole codestream of JPEG XL.
Bytes compress(JxlEncoder* encoder, const Settings& settings, std::span<const std::byte> picture) {
  JxlEncoderReset(encoder);
  const JxlBasicInfo info = settings.info();
  check(encoder, JxlEncoderSetBasicInfo(encoder, &info));
  JxlColorEncoding colour;
  JxlColorEncodingSetToSRGB(&colour, settings.format.channels == 1 ? JXL_TRUE : JXL_FALSE);
  check(encoder, JxlEncoderSetColorEncoding(encoder, &colour));
  JxlEncoderFrameSettings* frame = JxlEncoderFrameSettingsCreate(encoder, nullptr);
  check(encoder, JxlEncoderFrameSettingsSetOption(frame, JXL_ENC_FRAME_SETTING_EFFORT, settings.effort));
  check(encoder, settings.lossless() ? JxlEncoderSetFrameLossless(frame, JXL_TRUE)
                                     : JxlEncoderSetFrameDistance(frame, settings.distance));
  const JxlPixelFormat pixels = settings.pixels();
  check(encoder, JxlEncoderAddImageFrame(frame, &pixels, picture.data(), picture.size()));
  JxlEncoderCloseInput(encoder);
  Bytes file(settings.format.bytes() + 1024);
  std::size_t written = 0;
  while (true) {
    auto* to = reinterpret_cast<std::uint8_t*>(file.data() + written);
    std::size_t room = file.size() - written;
    const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &to, &room);
    written = file.size() - room;
    if (status != JXL_ENC_NEED_MORE_OUTPUT) {
      check(encoder, status);
      break;
    }
    file.resize(2 * file.size());
  }
  file.resize(written);
  return bare_codestream(file);
}

/// Size, sample type and colour: what stands before the first frame, of every picture with these settings.
Bytes common_header(const Settings& settings) {
  const std::unique_ptr<JxlEncoder, FreeEncoder> encoder(JxlEncoderCreate(nullptr));
  const std::unique_ptr<JxlDecoder, FreeDecoder> decoder(JxlDecoderCreate(nullptr));
  if (!encoder || !decoder) throw std::bad_alloc();
  Bytes file = compress(encoder.get(), settings, Bytes(settings.format.bytes()));
  JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_COLOR_ENCODING);
  JxlDecoderSetInput(decoder.get(), reinterpret_cast<const std::uint8_t*>(file.data()), file.size());
  if (JxlDecoderProcessInput(decoder.get()) != JXL_DEC_COLOR_ENCODING)
    throw std::logic_error("jxl: the encoder wrote no colour encoding");
  file.resize(file.size() - JxlDecoderReleaseInput(decoder.get()));
  return file;
}

class JxlPictureEncoder : public PictureEncoder {
 public:
  explicit JxlPictureEncoder(const Settings& settings)
      : settings_(settings), header_(common_header(settings)), encoder_(JxlEncoderCreate(nullptr)) {
    if (!encoder_) throw std::bad_alloc();
  }

  void encode(std::span<const std::byte> picture, std::vector<std::byte>& out) override {
    const Bytes file = compress(encoder_.get(), settings_, picture);
    if (file.size() < header_.size() || !std::equal(header_.begin(), header_.end(), file.begin()))
      throw std::logic_error("jxl: a header that depends on the picture cannot be left out");
    out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(header_.size()), file.end());
  }

 private:
  Settings settings_;
  Bytes header_;
  std::unique_ptr<JxlEncoder, FreeEncoder> encoder_;
};

class JxlPictureDecoder : public PictureDecoder {
 public:
  explicit JxlPictureDecoder(const Settings& settings)
      : settings_(settings), header_(common_header(settings)), decoder_(JxlDecoderCreate(nullptr)) {
    if (!decoder_) throw std::bad_alloc();
  }

  void decode(std::span<const std::byte> coded, std::span<std::byte> picture) override {
    file_ = header_;
    file_.insert(file_.end(), coded.begin(), coded.end());
    JxlDecoder* decoder = decoder_.get();
    JxlDecoderReset(decoder);
    JxlDecoderSubscribeEvents(decoder, JXL_DEC_FULL_IMAGE);
    JxlDecoderSetInput(decoder, reinterpret_cast<const std::uint8_t*>(file_.data()), file_.size());
    JxlDecoderCloseInput(decoder);
    const JxlPixelFormat pixels = settings_.pixels();
    bool whole = false;
    while (true) {
      const JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
      if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
        if (JxlDecoderSetImageOutBuffer(decoder, &pixels, picture.data(), picture.size()) != JXL_DEC_SUCCESS)
          throw DamagedStream("jxl: another format than agreed");
      } else if (status == JXL_DEC_FULL_IMAGE) {
        whole = true;
      } else if (status == JXL_DEC_SUCCESS && whole && JxlDecoderReleaseInput(decoder) == 0) {
        return;
      } else {
        throw DamagedStream("jxl: no whole picture, or bytes left over");
      }
    }
  }

 private:
  Settings settings_;
  Bytes header_, file_;
  std::unique_ptr<JxlDecoder, FreeDecoder> decoder_;
};

class JxlCoding : public PictureCoding {
 public:
  JxlCoding(double distance, int effort) : distance_(distance), effort_(effort) {}
  std::string name() const override {
    if (!lossless()) return fmt::format("jxl_d{}", distance_);
    return effort_ == kDefaultJxlEffort ? "jxl" : fmt::format("jxl{}", effort_);
  }
  bool lossless() const override { return distance_ == 0; }
  std::unique_ptr<PictureEncoder> make_encoder(const PictureFormat& format) const override {
    return std::make_unique<JxlPictureEncoder>(settings(format));
  }
  std::unique_ptr<PictureDecoder> make_decoder(const PictureFormat& format) const override {
    return std::make_unique<JxlPictureDecoder>(settings(format));
  }

 private:
  Settings settings(const PictureFormat& format) const {
    return {format, static_cast<float>(distance_), effort_};
  }

  double distance_;
  int effort_;
};

}  // namespace

std::unique_ptr<PictureCoding> make_jxl_coding(int effort) { return std::make_unique<JxlCoding>(0, effort); }

std::unique_ptr<PictureCoding> make_lossy_jxl_coding(double distance) {
  return std::make_unique<JxlCoding>(distance, kDefaultJxlEffort);
}

}  // namespace offramp
