#include <cmath>

#include "models/privacy/inverter.hpp"
#include "models/privacy/likeness.hpp"
#include "models/privacy/picture_sheet.hpp"
#include "sim/core/error.hpp"
#include "tests/models/torch_catch.hpp"

using namespace offramp;

TEST_CASE("PSNR is that of the mean squared error, picture by picture") {
  const torch::Tensor a = torch::full({3, 1, 11, 11}, 100.0F);
  torch::Tensor b = a.clone();
  b[1] += 1;                 // 10 log10(255^2 / 1)
  b[2].slice(2, 0, 5) += 8;  // five columns of eleven: 10 log10(255^2 / (64 * 5 / 11))
  const torch::Tensor found = psnr_db(a, b);
  REQUIRE(std::isinf(found[0].item<double>()));
  REQUIRE(found[1].item<double>() == Approx(20 * std::log10(255.0)));
  REQUIRE(found[2].item<double>() == Approx(10 * std::log10(255.0 * 255 * 11 / (64 * 5))));
}

TEST_CASE("SSIM is 1 of a picture with itself, and has a closed form for flat ones") {
  torch::manual_seed(4);
  const torch::Tensor picture = torch::rand({2, 3, 16, 13}) * 255;
  REQUIRE(ssim(picture, picture).min().item<double>() == Approx(1));
  REQUIRE(ssim(picture, 255 - picture).max().item<double>() < 0);
  // Without variance only the means speak: (2ab + C1) / (a^2 + b^2 + C1), C1 = (0.01 x 255)^2.
  const double c1 = 2.55 * 2.55;
  const double flat =
      ssim(torch::full({1, 1, 11, 11}, 50.0F), torch::full({1, 1, 11, 11}, 200.0F)).item<double>();
  REQUIRE(flat == Approx((2 * 50 * 200 + c1) / (50 * 50 + 200 * 200 + c1)));
}

TEST_CASE("an inverter learns to draw what a feature still holds, and not what it lost") {
  torch::manual_seed(5);
  // Each picture is flat, of its own grey; the feature is that grey at half the sides, or noise.
  const torch::Tensor images = (torch::rand({256, 1, 1, 1}) * 255).expand({256, 1, 12, 14}).contiguous();
  const torch::Tensor telling = images.slice(2, 0, 6).slice(3, 0, 7).contiguous() / 100;
  const torch::Tensor noise = torch::randn({256, 1, 6, 7});
  InverterTraining training;
  training.epochs = 8;
  training.batch = 32;
  const auto likeness = [&](const torch::Tensor& features) {
    Inverter inverter(FeatureShape{1, 6, 7}, FeatureShape{1, 12, 14});
    std::int64_t seen = 0;
    train_inverter(inverter, features, images, training, [&](std::int64_t count) { seen += count; });
    REQUIRE(seen == 8 * 256);
    const torch::NoGradGuard no_grad;
    const torch::Tensor drawn = inverter->forward(features);
    REQUIRE(drawn.sizes() == images.sizes());
    return psnr_db(drawn, images).mean().item<double>();
  };
  // Greys are uniform over 0..255: the best guess without knowing any is 127.5, 12 / 255^2 below the peak,
  // 10 log10(12) = 10.8 dB; the mean over pictures of their own PSNR is a little above it.
  REQUIRE(likeness(noise) < 17);
  REQUIRE(likeness(telling) > 22);
}

TEST_CASE("sides that are no power of two of the feature's are drawn too") {
  Inverter inverter(FeatureShape{5, 15, 15}, FeatureShape{1, 28, 28});
  const torch::NoGradGuard no_grad;
  REQUIRE(inverter->forward(torch::zeros({2, 5, 15, 15})).sizes() == torch::IntArrayRef{2, 1, 28, 28});
  Inverter same(FeatureShape{3, 32, 32}, FeatureShape{3, 32, 32});
  REQUIRE(same->forward(torch::zeros({1, 3, 32, 32})).sizes() == torch::IntArrayRef{1, 3, 32, 32});
}

TEST_CASE("a sheet of pictures has 1 or 3 channels, and a place to go") {
  const PictureRow row{std::vector<float>(8, 1.0F)};
  REQUIRE_THROWS_AS(write_picture_sheet("/tmp/x.png", FeatureShape{2, 2, 2}, {row}), std::invalid_argument);
  REQUIRE_THROWS_AS(write_picture_sheet("/no/such/folder/x.png", FeatureShape{1, 2, 2}, {row}), UserError);
}
