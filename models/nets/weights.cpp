#include "models/nets/weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <set>
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
    case torch::kInt8:
      return TensorType::i8;
    case torch::kHalf:
      return TensorType::f16;
    default:
      return TensorType::f32;
  }
}

std::string scale_name(const std::string& name) { return name + ".scale"; }

constexpr double kSteps = 127;

/// One number for each first index, shaped so that it goes over a kernel's others.
torch::Tensor over_rows(const torch::Tensor& of_rows, const torch::Tensor& kernel) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(kernel.dim()), 1);
  sizes.front() = kernel.size(0);
  return of_rows.view(sizes);
}

torch::Tensor largest_of_rows(const torch::Tensor& kernel) { return kernel.flatten(1).abs().amax(1); }

/// Whole numbers from -127 to 127; a row of zeros, whose scale is 0, stays one.
torch::Tensor steps_of(const torch::Tensor& kernel, const torch::Tensor& scale) {
  const torch::Tensor divisor = torch::where(scale > 0, scale, torch::ones_like(scale));
  return (kernel / over_rows(divisor, kernel)).round();
}

/// A tensor as it is written; `scale` is defined where whole numbers stand for `values`.
struct Stored {
  torch::Tensor values;
  torch::Tensor scale;
};

/// The smallest form that loses nothing.
Stored stored(const torch::Tensor& tensor) {
  if (type_of(tensor) != TensorType::f32) return {tensor, {}};
  const torch::Tensor whole = tensor.to(torch::kFloat32);
  if (whole.dim() < 2 || whole.numel() == 0) return {whole, {}};
  const torch::Tensor scale = largest_of_rows(whole) / kSteps;
  const torch::Tensor steps = steps_of(whole, scale);
  if (torch::equal(steps * over_rows(scale, whole), whole)) return {steps.to(torch::kInt8), scale};
  const torch::Tensor half = whole.to(torch::kHalf);
  return {torch::equal(half.to(torch::kFloat32), whole) ? half : whole, {}};
}

std::string describe(TensorType type, const std::vector<std::int64_t>& shape) {
  return fmt::format("{} [{}]", tensor_type_name(type), fmt::join(shape, ", "));
}

torch::Tensor read(const TensorView& view, torch::ScalarType type) {
  const torch::Tensor tensor = torch::empty(view.shape, type);
  std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

/// What a file has of one tensor of a network.
class Found {
 public:
  /// @throws UserError when the file has none of that name
  Found(const SafetensorsFile& file, const std::string& name) : view_(file.tensor(name)) {
    if (!whole_numbers() || view_.shape.size() < 2 || !file.contains(scale_name(name))) return;
    const TensorView& scale = file.tensor(scale_name(name));
    if (scale.type == TensorType::f32 && scale.shape == std::vector{view_.shape.front()}) scale_ = &scale;
  }

  bool fits(const torch::Tensor& tensor) const {
    if (view_.shape != tensor.sizes().vec()) return false;
    const TensorType wanted = type_of(tensor);
    if (wanted == TensorType::f32 && whole_numbers()) return scale_ != nullptr;
    return view_.type == wanted || (view_.type == TensorType::f16 && wanted == TensorType::f32);
  }

  void fill(torch::Tensor tensor) const {
    if (scale_ != nullptr)
      tensor.copy_(read(view_, torch::kInt8).to(torch::kFloat32) *
                   over_rows(read(*scale_, torch::kFloat32), tensor));
    else
      tensor.copy_(read(view_, view_.type == TensorType::f16 ? torch::kHalf : tensor.scalar_type()));
  }

  std::string text() const {
    return describe(view_.type, view_.shape) +
           (whole_numbers() && scale_ == nullptr ? " without a scale for each row" : "");
  }

 private:
  bool whole_numbers() const { return view_.type == TensorType::i8; }

  const TensorView& view_;
  const TensorView* scale_ = nullptr;  ///< of each row
};

}  // namespace

void round_weights(BranchyNetwork& network, int bits) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& tensor : network.parameters()) {
    if (tensor.dim() < 2) continue;
    if (bits == 16) {
      tensor.copy_(tensor.to(torch::kHalf).to(torch::kFloat32));
      continue;
    }
    // Scales rounded up to 11 bits: their products with 7 bits are exact, so that the largest of a row says
    // the scale again.
    const auto [mantissa, exponent] = torch::frexp(largest_of_rows(tensor) / kSteps);
    const torch::Tensor scale = torch::ldexp((mantissa * 2048).ceil() / 2048, exponent);
    tensor.copy_(steps_of(tensor, scale) * over_rows(scale, tensor));
  }
}

void save_weights(const std::filesystem::path& path, const BranchyNetwork& network,
                  const std::map<std::string, std::string>& metadata) {
  std::vector<torch::Tensor> kept_alive;
  std::vector<TensorView> views;
  const auto write = [&](const std::string& name, const torch::Tensor& tensor) {
    kept_alive.push_back(tensor.contiguous(torch::MemoryFormat::Contiguous));
    const torch::Tensor& whole = kept_alive.back();
    const auto* bytes = static_cast<const std::byte*>(whole.data_ptr());
    views.push_back({name, type_of(whole), whole.sizes().vec(), {bytes, whole.nbytes()}});
  };
  for (const auto& [name, tensor] : named_tensors(network)) {
    const Stored form = stored(tensor);
    write(name, form.values);
    if (form.scale.defined()) write(scale_name(name), form.scale);
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
    const Found found(file, name);
    if (!found.fits(tensor))
      problems.push_back(
          {Place{path.string()}, fmt::format("the tensor {} is {}, but the network has {}", name,
                                             found.text(), describe(type_of(tensor), tensor.sizes().vec()))});
  }
  std::set<std::string> scales;
  for (const TensorView& found : file.tensors())
    if (found.type == TensorType::i8) scales.insert(scale_name(found.name));
  for (const TensorView& found : file.tensors())
    if (!wanted.contains(found.name) && !scales.contains(found.name))
      problems.push_back({Place{path.string()},
                          fmt::format("the tensor {} is not one of {}'s", found.name, network.name())});
  if (!problems.empty()) throw UserError(std::move(problems));

  for (const auto& [name, tensor] : wanted) Found(file, name).fill(tensor);
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
    const Found found(file, source);
    if (!found.fits(tensor)) continue;
    found.fill(tensor);
    ++filled;
  }
  return filled;
}

}  // namespace offramp
