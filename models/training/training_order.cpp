#include "models/training/training_order.hpp"

#include <boost/random/uniform_int_distribution.hpp>

#include <numeric>
#include <utility>

#include "sim/core/random_stream.hpp"

namespace offramp {

std::vector<std::uint32_t> training_order(std::size_t images, const TrainingRecipe& recipe, int epoch) {
  std::vector<std::uint32_t> order(images);
  std::iota(order.begin(), order.end(), 0U);
  RandomEngine random =
      random_stream(recipe.seed, static_cast<std::uint64_t>(epoch), 0, "order of training images");
  for (std::size_t i = order.size(); i > 1; --i) {
    boost::random::uniform_int_distribution<std::size_t> position(0, i - 1);
    std::swap(order[i - 1], order[position(random)]);
  }
  return order;
}

int batches_of(std::size_t images, const TrainingRecipe& recipe) {
  const auto batch = static_cast<std::size_t>(recipe.batch);
  return static_cast<int>((images + batch - 1) / batch);
}

}  // namespace offramp
