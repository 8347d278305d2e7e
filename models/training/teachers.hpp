#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "models/nets/trained_model.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// Trained networks from whose answers another learns; they learn nothing themselves.
/// Source: Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network (2015).
class Teachers {
 public:
  /// None.
  Teachers() = default;
  /// @param entries  names in models/zoo/ or directories, relative to the model's
  /// @throws UserError for an entry without weights, of other images or of another number of classes
  Teachers(const ModelDescription& model, const std::vector<std::string>& entries);

  bool empty() const { return teachers_.empty(); }
  /// The mean over teachers of the softmax at temperature T of the final exit's logits.
  /// @param pixels  f32 in 0..255, [images, channels, height, width]
  /// @return f32, [images, classes]
  torch::Tensor answers(const torch::Tensor& pixels, double temperature);

 private:
  std::vector<TrainedModel> teachers_;
};

}  // namespace offramp
