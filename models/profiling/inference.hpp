#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <vector>

#include "models/data/dataset.hpp"
#include "models/nets/branchy_network.hpp"
#include "models/profiling/logits.hpp"

namespace offramp {

/// Images first .. first + count - 1 as the network takes them: f32 in 0..255.
torch::Tensor pixel_batch(const LabelledImages& images, std::size_t first, std::size_t count);

/// What every exit says of every image, as a profile keeps it.
struct AllAnswers {
  std::vector<Logits> logits;   ///< [exits]
  std::vector<Logits> routers;  ///< [exits - 1], one value an image; empty when the network has no routers
};

/// Runs the images in f32, by batches; the network is left in evaluation mode.
AllAnswers run_all_answers(BranchyNetwork& network, const LabelledImages& images);

/// The logits of every exit for every image, by batches; the network is left in evaluation mode.
std::vector<Logits> run_all_exits(BranchyNetwork& network, const LabelledImages& images);

/// Appends a [..., classes] tensor, rounded as a profile keeps it (sim/profile/recorded_values.hpp).
void append_logits(Logits& to, const torch::Tensor& logits);
/// The same for routers' logits and counts of people.
void append_numbers(std::vector<float>& to, const torch::Tensor& numbers);

inline constexpr std::size_t kInferenceBatch = 250;

}  // namespace offramp
