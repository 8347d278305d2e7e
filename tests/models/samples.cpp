#include "tests/models/samples.hpp"

#include <boost/random/normal_distribution.hpp>

#include <algorithm>
#include <cmath>

#include "sim/core/random_stream.hpp"

namespace offramp {
namespace {

/// A moving average of 3 along rows, of variance 1.
std::vector<float> smooth_noise(const FeatureShape& shape) {
  RandomEngine random = random_stream(7, 0, 0, "a feature");
  boost::random::normal_distribution<float> normal;
  std::vector<float> noise(static_cast<std::size_t>(shape.elements()) + 2);
  for (float& value : noise) value = normal(random);
  std::vector<float> x(static_cast<std::size_t>(shape.elements()));
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = (noise[i] + noise[i + 1] + noise[i + 2]) / std::sqrt(3.0F);
  return x;
}

}  // namespace

std::vector<float> rectified_feature(const FeatureShape& shape) {
  std::vector<float> x = smooth_noise(shape);
  for (float& value : x) value = std::max(0.0F, value);
  return x;
}

std::vector<float> signed_feature(const FeatureShape& shape) {
  std::vector<float> x = smooth_noise(shape);
  const auto plane = static_cast<std::size_t>(shape.height * shape.width);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (x[i] - 0.3F) * static_cast<float>(1 + i / plane);
  return x;
}

std::vector<float> blob_picture(const FeatureShape& shape) {
  std::vector<float> x;
  for (std::int64_t c = 0; c < shape.channels; ++c)
    for (std::int64_t row = 0; row < shape.height; ++row)
      for (std::int64_t column = 0; column < shape.width; ++column) {
        const double dy = static_cast<double>(row - shape.height / 2) / 9;
        const double dx = static_cast<double>(column - shape.width / 2) / 9;
        x.push_back(static_cast<float>(
            std::floor((230 - 60 * static_cast<double>(c % 4)) * std::exp(-dx * dx - dy * dy))));
      }
  return x;
}

float largest_error(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

double root_mean_square_error(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

std::unique_ptr<Codec> fitted_codec(const std::string& name, const FeatureShape& shape,
                                    const std::vector<float>& sample) {
  std::unique_ptr<Codec> codec = make_codec(name);
  if (codec->needs_fit()) codec->fit(shape, sample);
  return codec;
}

std::vector<std::string> codec_examples(Signal signal) {
  std::vector<std::string> names;
  for (const CodecEntry& entry : list_codecs())
    if (entry.signal == signal) names.insert(names.end(), entry.examples.begin(), entry.examples.end());
  return names;
}

}  // namespace offramp
