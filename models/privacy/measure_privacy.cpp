#include "models/privacy/measure_privacy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/nets/trained_model.hpp"
#include "models/privacy/inverter.hpp"
#include "models/privacy/likeness.hpp"
#include "models/privacy/picture_sheet.hpp"
#include "models/profiling/code_split.hpp"
#include "models/profiling/coded_stream.hpp"
#include "models/profiling/inference.hpp"
#include "sim/core/error.hpp"
#include "sim/core/progress.hpp"

namespace offramp {
namespace {

constexpr std::int64_t kSmallestSide = 11;  // SSIM's window

/// The images, and what is seen of them where one codec ends.
struct Seen {
  torch::Tensor images;  ///< f32 in 0..255
  torch::Tensor features;
};

Seen see(BranchyNetwork& network, int last_exit, const Codec& codec, const FeatureShape& shape,
         const LabelledImages& images, std::size_t count) {
  const torch::NoGradGuard no_grad;
  network.eval();
  CodedStream stream(codec, shape);
  std::vector<torch::Tensor> pixels, arrived;
  for (std::size_t first = 0; first < count; first += kInferenceBatch) {
    pixels.push_back(pixel_batch(images, first, std::min(kInferenceBatch, count - first)));
    arrived.push_back(stream.send(split_feature(network, last_exit, pixels.back())));
  }
  return {torch::cat(pixels), torch::cat(arrived)};
}

torch::Tensor drawn_by(Inverter& inverter, const torch::Tensor& features) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> drawn;
  for (const torch::Tensor& batch : features.split(static_cast<std::int64_t>(kInferenceBatch)))
    drawn.push_back(inverter->forward(batch));
  return torch::cat(drawn);
}

PictureRow picture_row(const torch::Tensor& images, std::size_t count) {
  PictureRow row;
  for (std::size_t i = 0; i < count; ++i) {
    const torch::Tensor one = images[static_cast<std::int64_t>(i)].contiguous();
    row.emplace_back(one.data_ptr<float>(), one.data_ptr<float>() + one.numel());
  }
  return row;
}

}  // namespace

std::vector<Restoration> measure_privacy(const ModelDescription& description, const Dataset& data,
                                         const PrivacyOrder& order) {
  const TrainedModel model = load_trained_model(description);
  const FeatureShape& image = data.test.shape;
  if (std::min(image.height, image.width) < kSmallestSide)
    throw UserError(
        fmt::format("{}: images are {}x{}, and the likeness of pictures is measured on windows of {}",
                    data.name, image.height, image.width, kSmallestSide));
  const std::size_t train_images = std::min(order.train_images, data.train.images());
  const std::size_t test_images = std::min(order.test_images, data.test.images());
  const std::size_t shown = std::min(order.shown_images, test_images);
  Progress progress("drawing images from features of " + description.name,
                    order.codecs.size() * train_images * static_cast<std::size_t>(order.training.epochs));
  std::uint64_t done = 0;
  std::vector<Restoration> found;
  std::vector<PictureRow> rows;
  for (const CodecRequest& request : order.codecs) {
    const int last_exit = last_exit_before(request.split);
    if (last_exit + 1 >= model.network->num_exits())
      throw UserError(fmt::format("\"{}\" is no split point of {}", request.split, description.name));
    const torch::Tensor example = split_feature(*model.network, last_exit, pixel_batch(data.test, 0, 1));
    const FeatureShape shape{example.size(1), example.size(2), example.size(3)};
    const auto codec = make_codec(request.codec);
    fit_to_training_images(*codec, *model.network, last_exit, shape, data.train);
    const Seen test = see(*model.network, last_exit, *codec, shape, data.test, test_images);
    const bool is_image = codec->signal() == Signal::image;
    torch::Tensor drawn = test.features;
    if (!is_image) {
      const Seen train = see(*model.network, last_exit, *codec, shape, data.train, train_images);
      Inverter inverter(shape, image);
      train_inverter(inverter, train.features, train.images, order.training, [&](std::int64_t images) {
        done += static_cast<std::uint64_t>(images);
        progress.update(done, hop_name(request.split, request.codec));
      });
      drawn = drawn_by(inverter, test.features);
    }
    found.push_back({request.split, request.codec, psnr_db(drawn, test.images).mean().item<double>(),
                     ssim(drawn, test.images).mean().item<double>(), !is_image});
    if (rows.empty()) rows.push_back(picture_row(test.images, shown));
    rows.push_back(picture_row(drawn, shown));
  }
  progress.finish();
  if (!order.picture.empty() && !rows.empty()) write_picture_sheet(order.picture, image, rows);
  return found;
}

}  // namespace offramp
