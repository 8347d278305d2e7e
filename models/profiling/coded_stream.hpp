#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "models/codec/codec.hpp"

namespace offramp {

/// Both ends of one stream of a codec, with a record of what crossed it.
class CodedStream {
 public:
  /// @throws as Codec::make_encoder
  CodedStream(const Codec& codec, const FeatureShape& shape);

  /// Codes the images one after the other, in order.
  /// @param features  f32 [images, channels, height, width]
  /// @return what arrives, of the same shape
  torch::Tensor send(const torch::Tensor& features);

  bool exact() const { return exact_; }    ///< all came back bit by bit
  double power() const { return power_; }  ///< sum of the squares of all that was sent
  double noise() const { return noise_; }  ///< and of what the decoder missed it by
  std::vector<std::uint32_t> take_bytes() { return std::move(bytes_); }  ///< of each image
  const std::vector<double>& encode_s() const { return encode_s_; }      ///< mean an image, one a call
  const std::vector<double>& decode_s() const { return decode_s_; }

 private:
  std::unique_ptr<Encoder> encoder_;
  std::unique_ptr<Decoder> decoder_;
  std::size_t elements_;
  std::vector<std::uint32_t> bytes_;
  std::vector<double> encode_s_;
  std::vector<double> decode_s_;
  bool exact_ = true;
  double power_ = 0;
  double noise_ = 0;
};

}  // namespace offramp
