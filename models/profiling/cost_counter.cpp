#include "models/profiling/cost_counter.hpp"

#include <ATen/record_function.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "models/profiling/operator_flops.hpp"

namespace offramp {
namespace {

constexpr double kFloatBytes = 4;  // activations and weights are counted as f32, whatever they are here

double bytes(const torch::Tensor& tensor) { return kFloatBytes * static_cast<double>(tensor.numel()); }

/// The features that are held at one time, each as long as any tensor shows its memory.
class LiveFeatures {
 public:
  void add(const torch::Tensor& tensor) {
    const c10::StorageImpl* storage = tensor.storage().unsafeGetStorageImpl();
    std::erase_if(held_, [](const Held& held) { return held.storage.expired(); });
    for (const Held& held : held_)
      if (held.address == storage) return;
    held_.push_back({storage, tensor.storage().getWeakStorageImpl(), bytes(tensor)});
    double sum = 0;
    for (const Held& held : held_) sum += held.bytes;
    peak_bytes_ = std::max(peak_bytes_, sum);
  }
  double peak_bytes() const { return peak_bytes_; }

 private:
  struct Held {
    const c10::StorageImpl* address;
    c10::weak_intrusive_ptr<c10::StorageImpl> storage;
    double bytes;
  };
  std::vector<Held> held_;
  double peak_bytes_ = 0;
};

/// What the callbacks, which are plain functions, write into.
struct Count {
  ComputeCost cost;
  std::set<const void*> weights;  ///< where parameters and buffers lie
  int depth = 0;                  ///< operators call operators: only the outermost is counted
  LiveFeatures live = {};
};
thread_local Count* current_count = nullptr;

std::vector<torch::Tensor> tensors_among(const std::vector<c10::IValue>& values) {
  std::vector<torch::Tensor> tensors;
  for (const c10::IValue& value : values) {
    if (value.isTensor() && value.toTensor().defined()) tensors.push_back(value.toTensor());
    if (value.isTensorList())
      for (const torch::Tensor& tensor : value.toTensorVector()) tensors.push_back(tensor);
  }
  return tensors;
}

/// reshape, flatten, slice, ...: the output is an input's memory seen otherwise.
bool is_view(std::string_view name, const std::vector<torch::Tensor>& inputs, const torch::Tensor& output) {
  if (name.ends_with('_')) return false;  // in place: it works, and returns its input
  for (const torch::Tensor& input : inputs)
    if (input.has_storage() && output.has_storage() && input.storage().is_alias_of(output.storage()))
      return true;
  return false;
}

/// The inputs of an outermost operator: LibTorch shows them only while it starts.
struct Inputs : at::ObserverContext {
  std::vector<c10::IValue> values;
};

void count_operator(Count& count, std::string_view name, const Inputs& inputs,
                    const std::vector<c10::IValue>& outputs) {
  const std::vector<torch::Tensor> read = tensors_among(inputs.values);
  const std::vector<torch::Tensor> written = tensors_among(outputs);
  if (written.empty() || is_view(name, read, written.front())) return;
  ++count.cost.calls;
  count.cost.flops += operator_flops(name, inputs.values, written.front());
  for (const torch::Tensor& tensor : read)
    (count.weights.contains(tensor.data_ptr()) ? count.cost.weight_bytes : count.cost.activation_bytes) +=
        bytes(tensor);
  for (const torch::Tensor& tensor : read)
    if (!count.weights.contains(tensor.data_ptr())) count.live.add(tensor);
  for (const torch::Tensor& tensor : written) {
    count.cost.activation_bytes += bytes(tensor);
    count.live.add(tensor);
  }
  count.cost.peak_activation_bytes = count.live.peak_bytes();
}

std::unique_ptr<at::ObserverContext> on_start(const at::RecordFunction& operation) {
  auto inputs = std::make_unique<Inputs>();
  if (current_count != nullptr && current_count->depth++ == 0)
    inputs->values.assign(operation.inputs().begin(), operation.inputs().end());
  return inputs;
}

void on_end(const at::RecordFunction& operation, at::ObserverContext* context) {
  if (current_count == nullptr || --current_count->depth != 0) return;
  count_operator(*current_count, operation.name(), *static_cast<const Inputs*>(context), operation.outputs());
}

/// Observes while it lives.
class Observation {
 public:
  explicit Observation(Count& count)
      : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(on_start, on_end)
                                               .needsInputs(true)
                                               .needsOutputs(true)
                                               .scopes({at::RecordScope::FUNCTION}))) {
    current_count = &count;
  }
  ~Observation() {
    current_count = nullptr;
    at::removeCallback(handle_);
  }
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;

 private:
  at::CallbackHandle handle_;
};

}  // namespace

ComputeCost count_cost(const std::vector<torch::Tensor>& weights, const std::function<void()>& work) {
  Count count;
  for (const torch::Tensor& tensor : weights) count.weights.insert(tensor.data_ptr());
  const Observation observation(count);
  work();
  return count.cost;
}

std::vector<ExitCost> count_exit_costs(BranchyNetwork& network, const FeatureShape& input) {
  const torch::NoGradGuard no_grad;
  network.eval();
  std::vector<ExitCost> costs;
  torch::Tensor x = torch::zeros({1, input.channels, input.height, input.width});
  for (int exit = 0; exit < network.num_exits(); ++exit) {
    torch::Tensor feature;
    ExitCost cost;
    cost.backbone = count_cost(network.weights(), [&] { feature = network.backbone(exit, x); });
    cost.head = count_cost(network.weights(), [&] { network.answer(exit, feature); });
    costs.push_back(cost);
    x = feature;
  }
  return costs;
}

}  // namespace offramp
