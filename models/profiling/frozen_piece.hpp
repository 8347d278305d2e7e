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

  /// Whose convolutions and linear layers it runs: oneDNN's, which LibTorch takes by itself, oneDNN's with
  /// weights in its own layout, or LibTorch's own (matrix products of OpenBLAS), which small ones are faster
  /// with.
  enum class Kernels { onednn, onednn_layout, own };

  /// @param work  what it does; runs without gradients
  FrozenPiece(const Work& work, const torch::Tensor& input, Kernels kernels);
  ~FrozenPiece();
  FrozenPiece(FrozenPiece&&) noexcept;
  FrozenPiece& operator=(FrozenPiece&&) noexcept;

  std::vector<torch::Tensor> run(const torch::Tensor& input) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
  Kernels kernels_;
};

/// Those that this build of LibTorch has.
std::vector<FrozenPiece::Kernels> available_kernels();

}  // namespace offramp
