#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/privacy/inverter_training.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

struct PrivacyOrder {
  std::vector<CodecRequest> codecs;  ///< without a hop before
  std::size_t train_images = 10000;  ///< the inverter learns from the first so many training images
  std::size_t test_images = 1000;    ///< and draws the first so many test images
  std::size_t shown_images = 12;     ///< of these, in the picture
  std::filesystem::path picture;     ///< PNG: the images, and below them a row a codec; empty: none
  InverterTraining training;
};

/// How like the test images are what somebody draws who sees what a codec delivers at a split.
struct Restoration {
  std::string split;
  std::string codec;
  double psnr_db = 0;   ///< mean over the images; infinite where all came back as they were
  double ssim = 0;      ///< mean over the images
  bool trained = true;  ///< false where the image itself travels: nothing needs to be drawn
};

/// Trains an inverter for each codec on training images, and tries it on test images.
/// @throws UserError for a split or codec that there is not, or images under 11 pixels
std::vector<Restoration> measure_privacy(const ModelDescription& description, const Dataset& data,
                                         const PrivacyOrder& order);

}  // namespace offramp
