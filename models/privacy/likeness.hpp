#pragma once

#include <torch/torch.h>

namespace offramp {

/// Peak signal-to-noise ratio of each picture, in dB: 10 log10(255^2 / mean squared error); infinite where
/// the pictures are the same.
/// @param a, b  f32 in 0..255, [pictures, channels, height, width]
/// @return f64 [pictures]
torch::Tensor psnr_db(const torch::Tensor& a, const torch::Tensor& b);

/// Structural similarity of each picture, at most 1: the mean over places and channels, by a Gaussian window
/// of 11x11 and deviation 1.5 within the picture, with K1 = 0.01 and K2 = 0.03. Source: Wang et al., Image
/// quality assessment: from error visibility to structural similarity (2004).
/// @param a, b  f32 in 0..255, [pictures, channels, height, width], 11 pixels at least each way
/// @return f64 [pictures]
torch::Tensor ssim(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace offramp
