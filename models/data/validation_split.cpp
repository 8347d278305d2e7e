#include "models/data/validation_split.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/random_stream.hpp"

namespace offramp {
namespace {

LabelledImages pick(const LabelledImages& from, const std::vector<std::size_t>& indices) {
  LabelledImages picked;
  picked.shape = from.shape;
  for (const std::size_t i : indices) {
    const std::span<const std::uint8_t> image = from.image(i);
    picked.pixels.insert(picked.pixels.end(), image.begin(), image.end());
    picked.labels.push_back(from.labels[i]);
  }
  return picked;
}

void shuffle(std::vector<std::size_t>& indices, RandomEngine& random) {
  for (std::size_t i = indices.size(); i > 1; --i) {
    boost::random::uniform_int_distribution<std::size_t> position(0, i - 1);
    std::swap(indices[i - 1], indices[position(random)]);
  }
}

}  // namespace

LabelledImages split_off_validation(LabelledImages& train, std::size_t count, std::size_t num_classes,
                                    std::string_view dataset_name) {
  if (count >= train.images())
    throw std::invalid_argument("more validation images wanted than there are images");
  std::vector<std::vector<std::size_t>> by_class(num_classes);
  for (std::size_t i = 0; i < train.images(); ++i)
    by_class[static_cast<std::size_t>(train.labels[i])].push_back(i);

  // Up to each class, what is held back is the share of the images so far: the shares add up to `count`.
  RandomEngine random =
      random_stream(0, 0, 0, std::string("validation images of ") + std::string(dataset_name));
  std::vector<std::size_t> kept;
  std::vector<std::size_t> held_back;
  std::size_t seen = 0;
  for (std::vector<std::size_t>& members : by_class) {
    shuffle(members, random);
    seen += members.size();
    const auto due = static_cast<std::ptrdiff_t>(seen * count / train.images() - held_back.size());
    held_back.insert(held_back.end(), members.begin(), members.begin() + due);
    kept.insert(kept.end(), members.begin() + due, members.end());
  }
  std::sort(kept.begin(), kept.end());
  std::sort(held_back.begin(), held_back.end());
  LabelledImages validation = pick(train, held_back);
  train = pick(train, kept);
  return validation;
}

}  // namespace offramp
