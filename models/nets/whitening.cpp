#include "models/nets/whitening.hpp"

namespace offramp {
namespace {

constexpr std::int64_t kSide = 3;
// Added to each component's variance, in units of the input's, so that noise is not blown up.
constexpr double kFloor = 1e-2;

}  // namespace

WhiteningImpl::WhiteningImpl(std::int64_t channels) {
  const std::int64_t patch = channels * kSide * kSide;
  kernel_ = register_buffer("kernel", torch::eye(patch).view({patch, channels, kSide, kSide}));
}

torch::Tensor WhiteningImpl::forward(const torch::Tensor& x) {
  return torch::conv2d(x, kernel_, {}, /*stride=*/1, /*padding=*/kSide / 2);
}

void WhiteningImpl::fit(const torch::Tensor& x) {
  const torch::NoGradGuard no_grad;
  // [images, patch, places] -> [patch, images * places]
  const torch::Tensor patches =
      torch::im2col(x.contiguous().to(torch::kFloat64), {kSide, kSide}, {1, 1}, {0, 0}, {1, 1})
          .transpose(0, 1)
          .flatten(1);
  const torch::Tensor centred = patches - patches.mean(1, /*keepdim=*/true);
  const torch::Tensor covariance = centred.mm(centred.t()) / static_cast<double>(centred.size(1));
  const auto [variances, components] = torch::linalg_eigh(covariance);
  const torch::Tensor rows = components.t() / (variances.clamp_min(0) + kFloor).sqrt().unsqueeze(1);
  kernel_.copy_(rows.flip(0).reshape(kernel_.sizes()));  // the largest component first
}

}  // namespace offramp
