#include "models/nets/weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/profile/safetensors.hpp"

namespace offramp {
namespace {

std::map<std::string, torch::Tensor> named_tensors(const BranchyNetwork& network) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& item : network.named_parameters()) tensors[item.key()] = item.value().detach();
  for (const auto& item : network.named_buffers()) tensors[item.key()] = item.value();
  return tensors;
}

TensorType type_of(const torch::Tensor& tensor) {
  switch (tensor.scalar_type()) {
    case torch::kInt64:
      return TensorType::i64;
    case torch::kUInt8:
      return TensorType::u8;
    default:
      return TensorType::f32;
  }
}

/// How a tensor is written.
TensorType stored_type(const torch::Tensor& tensor) {
  const TensorType type = type_of(tensor);
  const bool halves = type == TensorType::f32 && tensor.dim() > 1 &&
                      torch::equal(tensor.to(torch::kHalf).to(torch::kFloat32), tensor.to(torch::kFloat32));
  return halves ? TensorType::f16 : type;
}

bool readable_as(TensorType stored, TensorType wanted) {
  return stored == wanted || (stored == TensorType::f16 && wanted == TensorType::f32);
}

std::string describe(TensorType type, const std::vector<std::int64_t>& shape) {
  return fmt::format("{} [{}]", tensor_type_name(type), fmt::join(shape, ", "));
}

void fill(torch::Tensor tensor, const TensorView& found) {
  const torch::Tensor staged =
      torch::empty(tensor.sizes(), found.type == TensorType::f16 ? torch::kHalf : tensor.scalar_type());
  std::memcpy(staged.data_ptr(), found.bytes.data(), found.bytes.size());
  tensor.copy_(staged);
}

}  // namespace

void round_to_half(BranchyNetwork& network) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& tensor : network.parameters())
    if (tensor.dim() > 1) tensor.copy_(tensor.to(torch::kHalf).to(torch::kFloat32));
}

void save_weights(const std::filesystem::path& path, const BranchyNetwork& network,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<torch::Tensor> kept_alive;
  std::vector<TensorView> views;
  for (const auto& [name, tensor] : named_tensors(network)) {
    const TensorType type = stored_type(tensor);
    kept_alive.push_back((type == TensorType::f16   ? tensor.to(torch::kHalf)
                          : type == TensorType::f32 ? tensor.to(torch::kFloat32)
                                                    : tensor)
                             .contiguous(torch::MemoryFormat::Contiguous));
    const torch::Tensor& whole = kept_alive.back();
    const auto* bytes = static_cast<const std::byte*>(whole.data_ptr());
    views.push_back({name, type, whole.sizes().vec(), {bytes, whole.nbytes()}});
  }
  write_safetensors(path, std::move(views), metadata);
}

std::map<std::string, std::string> load_weights(const std::filesystem::path& path, BranchyNetwork& network) {
  const SafetensorsFile file(path);
  const torch::NoGradGuard no_grad;
  const std::map<std::string, torch::Tensor> wanted = named_tensors(network);
  std::vector<Problem> problems;
  for (const auto& [name, tensor] : wanted) {
    if (!file.contains(name)) {
      problems.push_back({Place{path.string()}, fmt::format("the tensor {} is missing", name)});
      continue;
    }
    const TensorView& found = file.tensor(name);
    if (!readable_as(found.type, type_of(tensor)) || found.shape != tensor.sizes().vec())
      problems.push_back(
          {Place{path.string()},
           fmt::format("the tensor {} is {}, but the network has {}", name, describe(found.type, found.shape),
                       describe(type_of(tensor), tensor.sizes().vec()))});
  }
  for (const TensorView& found : file.tensors())
    if (!wanted.contains(found.name))
      problems.push_back({Place{path.string()},
                          fmt::format("the tensor {} is not one of {}'s", found.name, network.name())});
  if (!problems.empty()) throw UserError(std::move(problems));

  for (const auto& [name, tensor] : wanted) fill(tensor, file.tensor(name));
  return file.metadata();
}

std::size_t take_over_weights(const std::filesystem::path& path, BranchyNetwork& network,
                              const std::string& prefix) {
  const SafetensorsFile file(path);
  const torch::NoGradGuard no_grad;
  std::size_t filled = 0;
  for (const auto& [name, tensor] : named_tensors(network)) {
    if (!name.starts_with(prefix)) continue;
    const std::string source = name.substr(prefix.size());
    if (!file.contains(source)) continue;
    const TensorView& found = file.tensor(source);
    if (!readable_as(found.type, type_of(tensor)) || found.shape != tensor.sizes().vec()) continue;
    fill(tensor, found);
    ++filled;
  }
  return filled;
}

}  // namespace offramp
