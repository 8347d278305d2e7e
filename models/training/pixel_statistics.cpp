#include "models/training/pixel_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/profiling/inference.hpp"

namespace offramp {
namespace {

constexpr std::size_t kWhiteningImages = 2000;

}  // namespace

void take_pixel_statistics(BranchyNetwork& network, const LabelledImages& images) {
  const auto channels = static_cast<std::size_t>(images.shape.channels);
  const auto plane = static_cast<std::size_t>(images.shape.height * images.shape.width);
  std::vector<double> sum(channels);
  std::vector<double> squares(channels);
  for (std::size_t i = 0; i < images.pixels.size(); ++i) {
    const double value = images.pixels[i];
    sum[i / plane % channels] += value;
    squares[i / plane % channels] += value * value;
  }
  std::vector<float> mean;
  std::vector<float> deviation;
  const double count = static_cast<double>(images.images() * plane);
  for (std::size_t c = 0; c < channels; ++c) {
    const double m = sum[c] / count;
    mean.push_back(static_cast<float>(m));
    deviation.push_back(static_cast<float>(std::sqrt(std::max(squares[c] / count - m * m, 1.0))));
  }
  network.set_pixel_statistics(mean, deviation);
  network.fit_whitening(pixel_batch(images, 0, std::min(images.images(), kWhiteningImages)));
}

}  // namespace offramp
