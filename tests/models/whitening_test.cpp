#include "models/nets/whitening.hpp"

#include "tests/models/torch_catch.hpp"

using namespace offramp;

TEST_CASE("a fitted whitening layer's outputs do not predict one another and have the same size") {
  // A component of variance v leaves with variance v / (v + 0.01): the floor keeps faint ones small. Smoothed
  // noise has neighbours that are much alike. Patches at the border have padding and are left out, as in fit.
  torch::manual_seed(1);
  const torch::Tensor noise = torch::randn({64, 3, 18, 18});
  const torch::Tensor images = torch::avg_pool2d(noise, 3, 1);
  Whitening layer(3);
  layer->fit(images);
  const torch::Tensor x = images.to(torch::kFloat64);
  const torch::Tensor patches = torch::im2col(x, {3, 3}, {1, 1}, {0, 0}, {1, 1}).transpose(0, 1).flatten(1);
  const torch::Tensor centred = patches - patches.mean(1, true);
  const torch::Tensor variances =
      std::get<0>(torch::linalg_eigh(centred.mm(centred.t()) / static_cast<double>(centred.size(1)))).flip(0);

  const torch::Tensor out = layer->forward(images).slice(2, 1, -1).slice(3, 1, -1).transpose(0, 1).flatten(1);
  REQUIRE(out.size(0) == 27);
  const torch::Tensor deviations = (out - out.mean(1, true)).to(torch::kFloat64);
  const torch::Tensor covariance = deviations.mm(deviations.t()) / static_cast<double>(out.size(1));
  const torch::Tensor expected = torch::diag(variances / (variances + 0.01));
  REQUIRE((covariance - expected).abs().max().item<double>() < 1e-4);
}

TEST_CASE("a whitening layer is kept with the weights and is not trained") {
  Whitening layer(1);
  REQUIRE(layer->parameters().empty());
  REQUIRE(layer->named_buffers().contains("kernel"));
}
