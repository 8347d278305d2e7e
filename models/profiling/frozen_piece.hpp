#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <vector>

namespace offramp {

/// A piece of a network, frozen as far as the C++ interface of LibTorch 1.13 does it: recorded with one input
/// (torch::jit's tracer), weights as constants, batch norm and constant sums and products folded into
/// convolutions, and run by TorchScript's interpreter. Only for inputs of the same shape.
class FrozenPiece {
 public:
  using Work = std::function<std::vector<torch::Tensor>(const torch::Tensor&)>;

  /// @param work     what it does; runs without gradients
  /// @param onednn   convolutions and linear layers by oneDNN with weights in its own layout (only where
  /// LibTorch
  ///                 was built with it)
  FrozenPiece(const Work& work, const torch::Tensor& input, bool onednn);
  ~FrozenPiece();
  FrozenPiece(FrozenPiece&&) noexcept;
  FrozenPiece& operator=(FrozenPiece&&) noexcept;

  std::vector<torch::Tensor> run(const torch::Tensor& input) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
};

}  // namespace offramp
