#define ZSTD_STATIC_LINKING_ONLY  // for the frame without a magic number
#include "models/codec/zstd_frame.hpp"

#include <zstd.h>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>

#include "models/codec/codec.hpp"

namespace offramp {
namespace {

void check(std::size_t code) {
  if (ZSTD_isError(code)) throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(code));
}

}  // namespace

struct ZstdPacker::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  ~Context() { ZSTD_freeCCtx(zstd); }
};

struct ZstdUnpacker::Context {
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  ~Context() { ZSTD_freeDCtx(zstd); }
};

ZstdPacker::ZstdPacker(int level) : context_(std::make_unique<Context>()) {
  if (context_->zstd == nullptr) throw std::bad_alloc();
  check(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, level));
  check(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_format, ZSTD_f_zstd1_magicless));
  check(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_contentSizeFlag, 0));
  check(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_checksumFlag, 0));
  check(ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_dictIDFlag, 0));
}

ZstdPacker::~ZstdPacker() = default;

void ZstdPacker::pack(std::span<const std::byte> bytes, std::vector<std::byte>& out) {
  room_.resize(std::max(room_.size(), ZSTD_compressBound(bytes.size())));
  const std::size_t size =
      ZSTD_compress2(context_->zstd, room_.data(), room_.size(), bytes.data(), bytes.size());
  check(size);
  out.insert(out.end(), room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(size));
}

ZstdUnpacker::ZstdUnpacker() : context_(std::make_unique<Context>()) {
  if (context_->zstd == nullptr) throw std::bad_alloc();
  check(ZSTD_DCtx_setParameter(context_->zstd, ZSTD_d_format, ZSTD_f_zstd1_magicless));
  check(ZSTD_DCtx_setParameter(context_->zstd, ZSTD_d_stableOutBuffer,
                               1));  // no copy: all goes out in one call
}

ZstdUnpacker::~ZstdUnpacker() = default;

void ZstdUnpacker::unpack(std::span<const std::byte> frame, std::span<std::byte> out) {
  check(ZSTD_DCtx_reset(context_->zstd, ZSTD_reset_session_only));
  ZSTD_inBuffer input{frame.data(), frame.size(), 0};
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  // One call decodes all there is; 0 says that a frame ended. Streaming, because the one-call interface
  // would take bytes left over for another frame.
  const std::size_t hint = ZSTD_decompressStream(context_->zstd, &output, &input);
  if (ZSTD_isError(hint)) throw DamagedStream(std::string("zstd frame: ") + ZSTD_getErrorName(hint));
  if (hint != 0 || output.pos != out.size())
    throw DamagedStream("zstd frame: cut short, or of another length");
  if (input.pos != input.size) throw DamagedStream("zstd frame: bytes left over");
}

}  // namespace offramp
