#include <utility>

#include "models/codec/tile_grid.hpp"

namespace offramp {
namespace {

class TiledPacker : public Packer {
 public:
  TiledPacker(const PictureCoding& coding, const SampleFormat& format)
      : grid_(format), encoder_(coding.make_encoder(grid_.picture())), picture_(grid_.picture().bytes()) {}

  void pack(std::span<const std::byte> sample, std::vector<std::byte>& out) override {
    grid_.arrange(sample, picture_);
    encoder_->encode(picture_, out);
  }

 private:
  TileGrid grid_;
  std::unique_ptr<PictureEncoder> encoder_;
  std::vector<std::byte> picture_;
};

class TiledUnpacker : public Unpacker {
 public:
  TiledUnpacker(const PictureCoding& coding, const SampleFormat& format)
      : grid_(format), decoder_(coding.make_decoder(grid_.picture())), picture_(grid_.picture().bytes()) {}

  void unpack(std::span<const std::byte> packed, std::span<std::byte> sample) override {
    decoder_->decode(packed, picture_);
    grid_.take_apart(picture_, sample);
  }

 private:
  TileGrid grid_;
  std::unique_ptr<PictureDecoder> decoder_;
  std::vector<std::byte> picture_;
};

class TiledPacking : public Packing {
 public:
  explicit TiledPacking(std::unique_ptr<PictureCoding> coding) : coding_(std::move(coding)) {}
  std::string name() const override { return coding_->name(); }
  bool lossless() const override { return coding_->lossless(); }
  bool stateful() const override { return coding_->stateful(); }
  std::unique_ptr<Packer> make_packer(const SampleFormat& format) const override {
    return std::make_unique<TiledPacker>(*coding_, format);
  }
  std::unique_ptr<Unpacker> make_unpacker(const SampleFormat& format) const override {
    return std::make_unique<TiledUnpacker>(*coding_, format);
  }

 private:
  std::unique_ptr<PictureCoding> coding_;
};

}  // namespace

std::unique_ptr<Packing> make_tiled_packing(std::unique_ptr<PictureCoding> coding) {
  return std::make_unique<TiledPacking>(std::move(coding));
}

}  // namespace offramp
