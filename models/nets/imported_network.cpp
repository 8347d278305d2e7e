#include "models/nets/imported_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <optional>
#include <sstream>
#include <utility>

#include "sim/profile/safetensors.hpp"

namespace offramp {
namespace {

/// LibTorch's messages go on with a stack of calls.
std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

torch::jit::Module read_module(const std::string& archive, const Place& place) {
  try {
    std::istringstream stream(archive);
    torch::jit::Module module = torch::jit::load(stream, torch::kCPU);
    module.eval();
    return module;
  } catch (const std::exception& error) {
    throw UserError(place, fmt::format("is no TorchScript module that LibTorch {} reads ({}); write it with "
                                       "torch.jit.script(net).save(FILE)",
                                       TORCH_VERSION, first_line(error)));
  }
}

std::string shape_text(const torch::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes(), ", "));
}

/// Runs the module as it will be run and collects what is wrong with what it says.
class ModuleCheck {
 public:
  ModuleCheck(torch::jit::Module& module, const Place& place) : module_(module), place_(place) {}

  void require_methods() {
    require_method("backbone",
                   "backbone(self, segment: int, x: Tensor) -> Tensor, which returns the feature that exit "
                   "`segment` reads");
    require_method("head",
                   "head(self, exit: int, feature: Tensor) -> Tensor, which returns the exit's logits");
    if (!module_.find_method("num_exits") && !module_.hasattr("num_exits"))
      add("has no method num_exits(self) -> int, nor an attribute num_exits");
    throw_problems();
  }

  int read_num_exits() {
    const std::optional<c10::IValue> value = call("num_exits", {});
    if (value && !value->isInt()) add("num_exits is no whole number");
    if (value && value->isInt() && (value->toInt() < 1 || value->toInt() > 100))
      add(fmt::format("num_exits says {}; allowed: 1 to 100", value->toInt()));
    throw_problems();
    return static_cast<int>(value->toInt());
  }

  void run(int num_exits, bool has_routers, const FeatureShape& input, std::size_t num_classes) {
    const torch::NoGradGuard no_grad;
    torch::Tensor x = torch::zeros({kImages, input.channels, input.height, input.width});
    for (int exit = 0; exit < num_exits; ++exit) {
      const std::optional<torch::Tensor> feature =
          tensor(fmt::format("backbone({}, ...)", exit), "backbone", {exit, x});
      if (!feature) break;  // what follows has nothing to work on
      if (feature->dim() != 4 || feature->size(0) != kImages) {
        add(fmt::format(
            "backbone({}, ...) returned {} for {} images; a feature is [images, channels, height, width] "
            "(of a vector: x[:, :, None, None])",
            exit, shape_text(*feature), kImages));
        break;
      }
      const std::optional<torch::Tensor> logits =
          tensor(fmt::format("head({}, ...)", exit), "head", {exit, *feature});
      const bool fits = logits && logits->dim() == 2 && logits->size(0) == kImages &&
                        logits->size(1) == static_cast<std::int64_t>(num_classes);
      if (logits && !fits)
        add(fmt::format(
            "head({}, ...) returned {} for {} images; the data has {} classes, so logits are [{}, {}]", exit,
            shape_text(*logits), kImages, num_classes, kImages, num_classes));
      if (has_routers && exit + 1 < num_exits) {
        const std::optional<torch::Tensor> router =
            tensor(fmt::format("router({}, ...)", exit), "router", {exit, *feature});
        if (router && (router->dim() != 1 || router->size(0) != kImages))
          add(fmt::format("router({}, ...) returned {}; a router's logits are [images]", exit,
                          shape_text(*router)));
      }
      x = *feature;
    }
    throw_problems();
  }

 private:
  static constexpr std::int64_t kImages = 2;

  void add(const std::string& what) { problems_.push_back({place_, what}); }
  void throw_problems() {
    if (!problems_.empty()) throw UserError(std::move(problems_));
  }
  void require_method(const char* name, const char* contract) {
    if (!module_.find_method(name)) add(fmt::format("has no method {}", contract));
  }

  std::optional<c10::IValue> call(const std::string& name, std::vector<c10::IValue> arguments) {
    try {
      if (const auto method = module_.find_method(name)) return (*method)(std::move(arguments));
      return module_.attr(name);
    } catch (const std::exception& error) {
      add(fmt::format("{} failed: {}", name, first_line(error)));
      return std::nullopt;
    }
  }

  std::optional<torch::Tensor> tensor(const std::string& what, const std::string& name,
                                      std::vector<c10::IValue> arguments) {
    const std::optional<c10::IValue> value = call(name, std::move(arguments));
    if (!value) return std::nullopt;
    if (!value->isTensor() || value->toTensor().scalar_type() != torch::kFloat32) {
      add(fmt::format("{} returned no tensor of 32-bit floats", what));
      return std::nullopt;
    }
    return value->toTensor();
  }

  torch::jit::Module& module_;
  const Place& place_;
  std::vector<Problem> problems_;
};

}  // namespace

ImportedNetwork::ImportedNetwork(const std::string& archive, const FeatureShape& input,
                                 std::size_t num_classes, const Place& place)
    : BranchyNetwork(kImportedNetwork, input.channels), module_(read_module(archive, place)) {
  ModuleCheck check(module_, place);
  check.require_methods();
  num_exits_ = check.read_num_exits();
  has_routers_ = static_cast<bool>(module_.find_method("router"));
  check.run(num_exits_, has_routers_, input, num_classes);
  archive_ = torch::empty({static_cast<std::int64_t>(archive.size())}, torch::kUInt8);
  std::memcpy(archive_.data_ptr(), archive.data(), archive.size());
  register_buffer("module", archive_);
}

torch::Tensor ImportedNetwork::backbone(int segment, const torch::Tensor& x) {
  return module_.get_method("backbone")({segment, x}).toTensor();
}

torch::Tensor ImportedNetwork::head(int exit, const torch::Tensor& feature) {
  return module_.get_method("head")({exit, feature}).toTensor();
}

HeadAnswer ImportedNetwork::answer(int exit, const torch::Tensor& feature) {
  HeadAnswer answer{head(exit, feature), {}};
  if (has_routers_ && exit + 1 < num_exits_)
    answer.router = module_.get_method("router")({exit, feature}).toTensor();
  return answer;
}

std::vector<torch::Tensor> ImportedNetwork::weights() const {
  std::vector<torch::Tensor> tensors;
  for (const torch::Tensor& tensor : module_.parameters()) tensors.push_back(tensor);
  for (const torch::Tensor& tensor : module_.buffers()) tensors.push_back(tensor);
  return tensors;
}

std::shared_ptr<BranchyNetwork> make_imported_network(const ModelDescription& model) {
  const std::filesystem::path path = model.directory / "weights.safetensors";
  const SafetensorsFile file(path);
  const TensorView& module = file.tensor("module");
  return std::make_shared<ImportedNetwork>(
      std::string(reinterpret_cast<const char*>(module.bytes.data()), module.bytes.size()), model.input,
      model.num_classes, Place{path.string()});
}

}  // namespace offramp
