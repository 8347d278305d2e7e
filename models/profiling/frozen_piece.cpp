#include "models/profiling/frozen_piece.hpp"

#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/frozen_graph_optimizations.h>
#include <torch/csrc/jit/passes/frozen_ops_to_mkldnn.h>
#include <torch/csrc/jit/runtime/interpreter.h>

#include <utility>

namespace offramp {
namespace jit = torch::jit;

struct FrozenPiece::Graph {
  std::shared_ptr<jit::Graph> graph;
  jit::Code code;
};

FrozenPiece::FrozenPiece(const Work& work, const torch::Tensor& input, Kernels kernels)
    : graph_(std::make_unique<Graph>()), kernels_(kernels) {
  const torch::NoGradGuard no_grad;
  const auto traced = [&](jit::Stack stack) {
    jit::Stack outputs;
    for (torch::Tensor& tensor : work(stack.front().toTensor())) outputs.emplace_back(std::move(tensor));
    return outputs;
  };
  const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
  auto [state, outputs] = jit::tracer::trace({input}, traced, no_name);
  graph_->graph = state->graph;
  jit::OptimizeFrozenGraph(graph_->graph, true);
  if (kernels == Kernels::onednn_layout) jit::ConvertFrozenOpsToMKLDNN(graph_->graph);
  jit::ConstantPropagation(graph_->graph);
  jit::EliminateDeadCode(graph_->graph);
  graph_->code = jit::Code(graph_->graph, "frozen");
}

FrozenPiece::~FrozenPiece() = default;
FrozenPiece::FrozenPiece(FrozenPiece&&) noexcept = default;
FrozenPiece& FrozenPiece::operator=(FrozenPiece&&) noexcept = default;

std::vector<torch::Tensor> FrozenPiece::run(const torch::Tensor& input) const {
  // Without gradients altogether: where a build of LibTorch has kernels for Vulkan, its dispatcher refuses
  // batch norm in oneDNN's layout otherwise.
  const c10::InferenceMode inference;
  at::globalContext().setUserEnabledMkldnn(kernels_ != Kernels::own);
  jit::Stack stack{input};
  jit::InterpreterState(graph_->code).run(stack);
  at::globalContext().setUserEnabledMkldnn(true);
  std::vector<torch::Tensor> outputs;
  outputs.reserve(stack.size());
  for (c10::IValue& value : stack) outputs.push_back(std::move(value).toTensor());
  return outputs;
}

std::vector<FrozenPiece::Kernels> available_kernels() {
  using Kernels = FrozenPiece::Kernels;
  if (!at::hasMKLDNN()) return {Kernels::own};
  return {Kernels::onednn, Kernels::onednn_layout, Kernels::own};
}

}  // namespace offramp
