#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/model_description.hpp"

namespace offramp {

/// How a network is trained: what stands under `training:` in its model.yaml.
struct TrainingRecipe {
  int epochs = 30;
  int batch = 128;
  std::string optimizer = "adamw";  ///< or "sgd", with Nesterov's momentum
  double momentum = 0.9;            ///< of sgd
  double learning_rate = 1e-3;      ///< the largest; falls to zero along half a cosine
  double warmup = 0;                ///< share of the steps over which the rate first rises from zero
  /// Of so many last epochs the rate begins anew at a half and falls to zero again (a warm restart:
  /// Loshchilov and Hutter, SGDR, ICLR 2017); `warmup` is a share of those before.
  int restart_epochs = 0;
  double weight_decay = 0;              ///< of sgd: on matrices and kernels alone, not on biases and norms
  std::vector<double> exit_weights;     ///< of each exit's loss in the joint loss; one an exit, default 1
  double label_smoothing = 0;           ///< share of the target that is spread over all classes
  double distillation = 0;              ///< weight of what early exits learn from the final one's answers
  double distillation_temperature = 2;  ///< at which these answers, and the teachers', are compared
  std::vector<std::string> teachers;    ///< entries from whose mean answer every exit learns (teachers.hpp)
  double taught = 1;  ///< share of each exit's loss that is the teachers'; the rest is the labels'
  /// Share of the steps whose images are blended in pairs (mixup: Zhang et al., ICLR 2018), with the
  /// teachers' answers to the blend and no labels (Beyer et al., A good teacher is patient and consistent,
  /// CVPR 2022).
  double blended = 0;
  double router_weight = 1;  ///< of the routers' loss, where a network has routers
  /// Entries whose weights it starts from: "ENTRY", or "PREFIX=ENTRY" for tensors that are called PREFIX...
  std::vector<std::string> init_from;
  /// "SPLIT:CODEC": what lies before the cut stays as it is, and what lies behind it learns from what the
  /// codec delivers. Empty: all is trained, and nothing coded.
  std::string behind;
  bool flip = false;  ///< mirror half of the images, in every other epoch the other half (Jordan, 2024)
  int shift = 0;      ///< move each image by up to so many pixels, each way, edges filled with 0
  int cutout = 0;     ///< grey square of so many pixels anywhere in each image (DeVries and Taylor, 2017)
  double zoom = 0;    ///< of frames with people: enlarge or shrink each by up to this share
  double light = 0;   ///< of frames with people: change brightness and contrast of each by up to this share
  /// Of frames with people: share of steps in which the cells that an exit accepts are masked for those
  /// behind it.
  double masked = 0;
  int weight_bits = 16;  ///< of kernels and matrices as they are kept, 16 or 8; rounded behind the last epoch
  bool bf16 = true;      ///< autocast where the processor has it
  std::uint64_t seed = 1;

  /// One line that names every value that is not as in BranchyNet's recipe: in the card, and in what a
  /// checkpoint must match.
  std::string text() const;
};

/// @throws UserError with every unknown key, wrong value, and wrong number of exit weights
TrainingRecipe read_recipe(const ModelDescription& model);

}  // namespace offramp
