#include "models/training/batch_source.hpp"

#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include <algorithm>

#include "models/training/augmentation.hpp"
#include "models/training/training_order.hpp"

namespace offramp {
namespace {

/// Each image becomes a blend with the one as far from the batch's other end, of any share.
void blend(Batch& batch, RandomEngine& random) {
  const torch::Tensor shares = torch::empty({batch.pixels.size(0), 1, 1, 1});
  std::generate_n(shares.data_ptr<float>(), shares.size(0),
                  [&] { return boost::random::uniform_01<float>()(random); });
  batch.pixels = shares * batch.pixels + (1 - shares) * batch.pixels.flip(0);
  batch.labels = torch::Tensor();
}

}  // namespace

BatchSource::BatchSource(const LabelledImages& images, const TrainingRecipe& recipe, int epoch)
    : images_(images),
      recipe_(recipe),
      changes_(random_stream(recipe.seed, static_cast<std::uint64_t>(epoch), 0, "augmentation")),
      order_(training_order(images.images(), recipe, epoch)),
      mirrored_(images.images(), false) {
  if (recipe.flip) {
    // The same draws in every epoch, so that each image is seen from both sides within two.
    RandomEngine sides = random_stream(recipe.seed, 0, 0, "mirrored in even epochs");
    boost::random::uniform_int_distribution<int> coin(0, 1);
    for (std::size_t i = 0; i < mirrored_.size(); ++i) mirrored_[i] = (coin(sides) + epoch) % 2 == 1;
  }
}

int BatchSource::batches() const { return batches_of(order_.size(), recipe_); }

Batch BatchSource::next() {
  const std::size_t count = std::min(static_cast<std::size_t>(recipe_.batch), order_.size() - position_);
  const FeatureShape& shape = images_.shape;
  const auto size = static_cast<std::size_t>(shape.elements());
  const auto n = static_cast<std::int64_t>(count);
  Batch batch{torch::empty({n, shape.channels, shape.height, shape.width}), torch::empty({n}, torch::kInt64)};
  const std::span<float> pixels(batch.pixels.data_ptr<float>(), count * size);
  auto* labels = batch.labels.data_ptr<std::int64_t>();
  boost::random::uniform_int_distribution<int> offset(-recipe_.shift, recipe_.shift);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t image = order_[position_ + i];
    Placement placement{.mirrored = mirrored_[image]};
    if (recipe_.shift > 0) {
      placement.right = offset(changes_);
      placement.down = offset(changes_);
    }
    const auto changed = pixels.subspan(i * size, size);
    place_image(images_.image(image), shape, placement, changed);
    if (recipe_.cutout > 0) {
      // The centre anywhere in the image, as published.
      boost::random::uniform_int_distribution<std::int64_t> row(0, shape.height - 1);
      boost::random::uniform_int_distribution<std::int64_t> column(0, shape.width - 1);
      const std::int64_t top = row(changes_) - recipe_.cutout / 2;
      cut_out(changed, shape, top, column(changes_) - recipe_.cutout / 2, recipe_.cutout);
    }
    labels[i] = images_.labels[image];
  }
  position_ += count;
  if (recipe_.blended > 0 && boost::random::uniform_01<double>()(changes_) < recipe_.blended)
    blend(batch, changes_);
  batch.pixels = batch.pixels.contiguous(torch::MemoryFormat::ChannelsLast);
  return batch;
}

}  // namespace offramp
