#include "sim/cli/model_layers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/cli/child_program.hpp"
#include "sim/cli/scratch_file.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/profile_store.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

ComputeCost cost_from(const nlohmann::json& json) {
  return {json.at("calls"), json.at("flops"), json.at("weight_bytes"), json.at("activation_bytes")};
}

std::vector<ExitCost> counted_by_models_program(const fs::path& directory) {
  const ScratchFile scratch("costs");
  const int code =
      run_child_program(models_program(), {"costs", directory.string() + "/", "--out", scratch.path()});
  if (code == 2) throw UserError("counting failed; the cause is above");
  if (code != 0) throw std::runtime_error(fmt::format("offramp-models ended with code {}", code));
  std::ifstream stream(scratch.path());
  std::vector<ExitCost> exits;
  for (const nlohmann::json& exit : nlohmann::json::parse(stream))
    exits.push_back({cost_from(exit.at("backbone")), cost_from(exit.at("head"))});
  return exits;
}

std::vector<ExitCost> exit_costs(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory / "weights.safetensors", error)) {
    const ProfileLookup found = find_profile(directory, {});
    if (found.path) return read_exit_profile(*found.path).exits;
  }
  return counted_by_models_program(directory);
}

LayerPlan::Segment segment(std::string name, const ComputeCost& cost) {
  LayerCost layers;
  layers.cost = cost;
  return {std::move(name), layers};
}

}  // namespace

ModelLayers layers_of_model(const std::string& model) {
  const ModelDescription description = read_model_description(model, fs::current_path());
  const std::vector<ExitCost> exits = exit_costs(description.directory);
  ModelLayers layers;
  layers.plan.name = description.name;
  layers.plan.input = description.input;
  layers.plan.num_classes = description.num_classes;
  for (std::size_t exit = 0; exit < exits.size(); ++exit) {
    const bool last = exit + 1 == exits.size();
    layers.plan.segments.push_back(segment(fmt::format("segment {}", exit), exits[exit].backbone));
    (last ? layers.plan.segments : layers.branch_heads)
        .push_back(segment(fmt::format("head {}", exit), exits[exit].head));
  }
  return layers;
}

}  // namespace offramp
