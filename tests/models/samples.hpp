#pragma once

#include <string>
#include <vector>

#include "models/codec/codec.hpp"

namespace offramp {

/// What stands behind a ReLU: half zeros, the rest like the positive half of a normal distribution, smooth
/// from neighbour to neighbour.
std::vector<float> rectified_feature(const FeatureShape& shape);
/// Both signs, every channel of another size.
std::vector<float> signed_feature(const FeatureShape& shape);
/// A soft blob, different in each channel: whole numbers in 0..255.
std::vector<float> blob_picture(const FeatureShape& shape);

float largest_error(const std::vector<float>& a, const std::vector<float>& b);
double root_mean_square_error(const std::vector<float>& a, const std::vector<float>& b);

/// A codec by its name, fitted to one sample where it needs that.
std::unique_ptr<Codec> fitted_codec(const std::string& name, const FeatureShape& shape,
                                    const std::vector<float>& sample);

/// One name of every family of codecs for that signal.
std::vector<std::string> codec_examples(Signal signal);

}  // namespace offramp
