#include "models/profiling/coded_stream.hpp"

#include <cstring>
#include <span>

#include "models/profiling/one_thread.hpp"

namespace offramp {

CodedStream::CodedStream(const Codec& codec, const FeatureShape& shape)
    : encoder_(codec.make_encoder(shape)),
      decoder_(codec.make_decoder(shape)),
      elements_(static_cast<std::size_t>(shape.elements())) {}

torch::Tensor CodedStream::send(const torch::Tensor& features) {
  const torch::Tensor sent = features.contiguous();
  torch::Tensor arrived = torch::empty_like(sent);
  const auto images = static_cast<std::size_t>(sent.size(0));
  const std::span<const float> from(sent.data_ptr<float>(), images * elements_);
  const std::span<float> to(arrived.data_ptr<float>(), images * elements_);
  std::vector<std::vector<std::byte>> payloads;
  payloads.reserve(images);

  double start_s = process_seconds();
  for (std::size_t i = 0; i < images; ++i)
    payloads.push_back(encoder_->encode(from.subspan(i * elements_, elements_)));
  encode_s_.push_back((process_seconds() - start_s) / static_cast<double>(images));
  start_s = process_seconds();
  for (std::size_t i = 0; i < images; ++i)
    decoder_->decode(payloads[i], to.subspan(i * elements_, elements_));
  decode_s_.push_back((process_seconds() - start_s) / static_cast<double>(images));

  for (const std::vector<std::byte>& payload : payloads)
    bytes_.push_back(static_cast<std::uint32_t>(payload.size()));
  exact_ = exact_ && std::memcmp(from.data(), to.data(), from.size_bytes()) == 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double value = from[i], error = value - static_cast<double>(to[i]);
    power_ += value * value;
    noise_ += error * error;
  }
  return arrived;
}

}  // namespace offramp
