#include "models/privacy/likeness.hpp"

namespace offramp {
namespace {

constexpr double kPeak = 255;
constexpr std::int64_t kWindow = 11;
constexpr double kWindowDeviation = 1.5;

/// Weighted mean around each place where the whole window fits.
torch::Tensor local_mean(const torch::Tensor& x) {
  const torch::Tensor at = torch::arange(kWindow, torch::kFloat64) - static_cast<double>(kWindow / 2);
  torch::Tensor line = torch::exp(-at.square() / (2 * kWindowDeviation * kWindowDeviation));
  line = line / line.sum();
  const std::int64_t channels = x.size(1);
  const torch::Tensor window = torch::outer(line, line).expand({channels, 1, kWindow, kWindow}).contiguous();
  return torch::conv2d(x, window, {}, /*stride=*/1, /*padding=*/torch::IntArrayRef{0}, /*dilation=*/1,
                       channels);
}

}  // namespace

torch::Tensor psnr_db(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor error = (a.to(torch::kFloat64) - b.to(torch::kFloat64)).square().flatten(1).mean(1);
  return 10 * torch::log10(kPeak * kPeak / error);
}

torch::Tensor ssim(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor x = a.to(torch::kFloat64).contiguous();
  const torch::Tensor y = b.to(torch::kFloat64).contiguous();
  const torch::Tensor mean_x = local_mean(x);
  const torch::Tensor mean_y = local_mean(y);
  const torch::Tensor variance_x = local_mean(x * x) - mean_x.square();
  const torch::Tensor variance_y = local_mean(y * y) - mean_y.square();
  const torch::Tensor covariance = local_mean(x * y) - mean_x * mean_y;
  constexpr double kC1 = (0.01 * kPeak) * (0.01 * kPeak);
  constexpr double kC2 = (0.03 * kPeak) * (0.03 * kPeak);
  const torch::Tensor similarity =
      (2 * mean_x * mean_y + kC1) * (2 * covariance + kC2) /
      ((mean_x.square() + mean_y.square() + kC1) * (variance_x + variance_y + kC2));
  return similarity.flatten(1).mean(1);
}

}  // namespace offramp
