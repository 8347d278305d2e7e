#include "models/profiling/code_split.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "models/profiling/coded_stream.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/kept_span.hpp"
#include "models/profiling/median.hpp"

namespace offramp {
namespace {

constexpr std::size_t kFitImages = 256;

void append(std::vector<double>& to, const std::vector<double>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

}  // namespace

torch::Tensor split_feature(BranchyNetwork& network, int last_device_exit, const torch::Tensor& pixels) {
  torch::Tensor x = pixels;
  for (int segment = 0; segment <= last_device_exit; ++segment) x = network.backbone(segment, x);
  return x;
}

void fit_to_training_images(Codec& codec, BranchyNetwork& network, int last_device_exit,
                            const FeatureShape& shape, const LabelledImages& train) {
  if (!codec.needs_fit()) return;
  const torch::NoGradGuard no_grad;
  network.eval();
  const std::size_t count = std::min(kFitImages, train.images());
  std::vector<float> samples;
  samples.reserve(count * static_cast<std::size_t>(shape.elements()));
  for (std::size_t i = 0; i < count; ++i) {
    const torch::Tensor pixels = pixel_batch(train, i * train.images() / count, 1);
    const torch::Tensor feature = split_feature(network, last_device_exit, pixels).contiguous();
    samples.insert(samples.end(), feature.data_ptr<float>(), feature.data_ptr<float>() + feature.numel());
  }
  codec.fit(shape, samples);
}

CodecAnswers code_split(BranchyNetwork& network, const CodedCut* before, const CodedCut& cut,
                        const std::vector<const LabelledImages*>& sets,
                        std::vector<std::shared_ptr<const void>>& storage,
                        const std::function<void(std::size_t)>& after_batch) {
  const torch::NoGradGuard no_grad;
  network.eval();
  CodecAnswers answers;
  answers.codec = cut.codec.name();
  answers.exact = true;
  std::vector<std::vector<Logits>> logits_of_sets;
  std::vector<std::vector<Logits>> routers_of_sets;
  std::vector<double> encode_s;
  std::vector<double> decode_s;
  double power = 0, noise = 0;
  for (const LabelledImages* images : sets) {
    std::optional<CodedStream> stream_before;
    if (before != nullptr) stream_before.emplace(before->codec, before->shape);
    CodedStream stream(cut.codec, cut.shape);
    std::vector<Logits> logits(static_cast<std::size_t>(network.num_exits() - cut.last_exit - 1));
    std::vector<Logits> routers(network.has_routers() ? logits.size() - 1 : 0);
    for (std::size_t first = 0; first < images->images(); first += kInferenceBatch) {
      const std::size_t count = std::min(kInferenceBatch, images->images() - first);
      const torch::Tensor pixels = pixel_batch(*images, first, count);
      torch::Tensor x;
      if (before == nullptr) {
        x = stream.send(split_feature(network, cut.last_exit, pixels));
      } else {
        x = stream_before->send(split_feature(network, before->last_exit, pixels));
        for (int segment = before->last_exit + 1; segment <= cut.last_exit; ++segment)
          x = network.backbone(segment, x);
        x = stream.send(x);
      }
      if (!cut.codec.lossless()) {
        for (std::size_t j = 0; j < logits.size(); ++j) {
          const int exit = cut.last_exit + 1 + static_cast<int>(j);
          x = network.backbone(exit, x);
          const HeadAnswer answer = network.answer(exit, x);
          append_logits(logits[j], answer.logits);
          if (j < routers.size()) append_numbers(routers[j], answer.router);
        }
      }
      after_batch(count);
    }
    answers.exact = answers.exact && stream.exact();
    power += stream.power();
    noise += stream.noise();
    append(encode_s, stream.encode_s());
    append(decode_s, stream.decode_s());
    answers.sets.push_back({keep(stream.take_bytes(), storage), {}});
    logits_of_sets.push_back(std::move(logits));
    routers_of_sets.push_back(std::move(routers));
  }
  if (cut.codec.lossless() && !answers.exact)
    throw std::logic_error(cut.codec.name() + " promises to be lossless and is not");
  answers.encode_s = median(std::move(encode_s));
  answers.decode_s = median(std::move(decode_s));
  if (power > 0 && noise > 0) answers.sqnr_db = 10 * std::log10(power / noise);
  if (answers.exact) return answers;
  for (std::size_t i = 0; i < answers.sets.size(); ++i) {
    for (Logits& logits : logits_of_sets[i])
      answers.sets[i].logits.push_back(keep(std::move(logits), storage));
    for (Logits& routers : routers_of_sets[i])
      answers.sets[i].routers.push_back(keep(std::move(routers), storage));
  }
  return answers;
}

}  // namespace offramp
