#include "models/training/frame_batches.hpp"

#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>
#include <span>

#include "models/training/training_order.hpp"

namespace offramp {
namespace {

/// How one frame is changed.
struct Change {
  bool mirrored = false;
  double zoom = 1;
  double right = 0, down = 0;  ///< pixels that it is moved
  double contrast = 1;
  double brightness = 0;
};

/// Between -1 and 1.
double either_way(RandomEngine& random) { return 2 * boost::random::uniform_01<double>()(random) - 1; }

/// A line of the changed frame: between which pixels of the frame each of its own lies.
struct Taps {
  std::vector<std::int64_t> first, second;
  std::vector<float> share;  ///< of the second
};

/// What lies beyond the frame's edge repeats the edge.
Taps taps(std::int64_t size, double zoom, double moved, bool mirrored) {
  Taps all;
  const double middle = 0.5 * static_cast<double>(size);
  for (std::int64_t i = 0; i < size; ++i) {
    double at = (static_cast<double>(i) + 0.5 - middle - moved) / zoom + middle - 0.5;
    if (mirrored) at = static_cast<double>(size - 1) - at;
    const double floor = std::floor(at);
    const auto clamped = [&](double pixel) {
      return std::clamp<std::int64_t>(static_cast<std::int64_t>(pixel), 0, size - 1);
    };
    all.first.push_back(clamped(floor));
    all.second.push_back(clamped(floor + 1));
    all.share.push_back(static_cast<float>(at - floor));
  }
  return all;
}

void change_pixels(std::span<const std::uint8_t> frame, const FeatureShape& shape, const Change& change,
                   std::span<float> out) {
  const Taps rows = taps(shape.height, change.zoom, change.down, false);
  const Taps columns = taps(shape.width, change.zoom, change.right, change.mirrored);
  std::size_t to = 0;
  for (std::int64_t c = 0; c < shape.channels; ++c) {
    const std::uint8_t* plane = frame.data() + c * shape.height * shape.width;
    for (std::size_t y = 0; y < rows.share.size(); ++y) {
      const std::uint8_t* upper = plane + rows.first[y] * shape.width;
      const std::uint8_t* lower = plane + rows.second[y] * shape.width;
      for (std::size_t x = 0; x < columns.share.size(); ++x, ++to) {
        const auto mix = [&](const std::uint8_t* line) {
          const float left = line[columns.first[x]], right = line[columns.second[x]];
          return left + columns.share[x] * (right - left);
        };
        const float above = mix(upper), value = above + rows.share[y] * (mix(lower) - above);
        out[to] = std::clamp(static_cast<float>((value - 128) * change.contrast + 128 + change.brightness),
                             0.0F, 255.0F);
      }
    }
  }
}

std::vector<PersonMark> change_people(const std::vector<PersonMark>& people, const FeatureShape& shape,
                                      const Change& change) {
  std::vector<PersonMark> changed;
  for (const PersonMark& mark : people) {
    const double right = change.mirrored ? 1 - mark.right : mark.right;
    const PersonMark moved{
        (right - 0.5) * change.zoom + 0.5 + change.right / static_cast<double>(shape.width),
        (mark.down - 0.5) * change.zoom + 0.5 + change.down / static_cast<double>(shape.height)};
    if (moved.right >= 0 && moved.right < 1 && moved.down >= 0 && moved.down < 1) changed.push_back(moved);
  }
  return changed;
}

}  // namespace

torch::Tensor people_map(const std::vector<std::vector<PersonMark>>& people, std::int64_t height,
                         std::int64_t width) {
  torch::Tensor map = torch::zeros({static_cast<std::int64_t>(people.size()), height, width});
  auto at = map.accessor<float, 3>();
  for (std::size_t i = 0; i < people.size(); ++i) {
    for (const PersonMark& mark : people[i]) {
      const auto row =
          std::min(static_cast<std::int64_t>(mark.down * static_cast<double>(height)), height - 1);
      const auto column =
          std::min(static_cast<std::int64_t>(mark.right * static_cast<double>(width)), width - 1);
      at[static_cast<std::int64_t>(i)][row][column] += 1;
    }
  }
  return map;
}

FrameBatches::FrameBatches(const PeopleFrames& frames, const TrainingRecipe& recipe, int epoch)
    : frames_(frames),
      recipe_(recipe),
      changes_(random_stream(recipe.seed, static_cast<std::uint64_t>(epoch), 0, "augmentation")),
      order_(training_order(frames.frames(), recipe, epoch)) {}

int FrameBatches::batches() const { return batches_of(order_.size(), recipe_); }

FrameBatch FrameBatches::next() {
  const std::size_t count = std::min(static_cast<std::size_t>(recipe_.batch), order_.size() - position_);
  const FeatureShape& shape = frames_.images.shape;
  const auto size = static_cast<std::size_t>(shape.elements());
  FrameBatch batch{
      torch::empty({static_cast<std::int64_t>(count), shape.channels, shape.height, shape.width}), {}};
  const std::span<float> pixels(batch.pixels.data_ptr<float>(), count * size);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t frame = order_[position_ + i];
    Change change;
    change.mirrored = recipe_.flip && either_way(changes_) > 0;
    change.zoom = 1 + recipe_.zoom * either_way(changes_);
    change.right = recipe_.shift * either_way(changes_);
    change.down = recipe_.shift * either_way(changes_);
    change.contrast = 1 + recipe_.light * either_way(changes_);
    change.brightness = 128 * recipe_.light * either_way(changes_);
    change_pixels(frames_.images.image(frame), shape, change, pixels.subspan(i * size, size));
    batch.people.push_back(change_people(frames_.people[frame], shape, change));
  }
  position_ += count;
  batch.pixels = batch.pixels.contiguous(torch::MemoryFormat::ChannelsLast);
  return batch;
}

}  // namespace offramp
