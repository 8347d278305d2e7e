#include "models/nets/registry.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "models/nets/imported_network.hpp"
#include "models/nets/planned_network.hpp"
#include "models/nets/plans.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

using MakeNetwork = std::shared_ptr<BranchyNetwork> (*)(const ModelDescription&);
using MakePlan = NetworkPlan (*)(NetworkOptions&, std::int64_t);

/// A network whose file is a plan.
template <MakePlan make_plan>
std::shared_ptr<BranchyNetwork> planned(const ModelDescription& model) {
  NetworkOptions options(model);
  const NetworkPlan plan = make_plan(options, static_cast<std::int64_t>(model.num_classes));
  options.finish();
  try {
    return std::make_shared<PlannedNetwork>(model.network, plan, model.input);
  } catch (const std::invalid_argument& error) {
    throw UserError(Place{(model.directory / "model.yaml").string()},
                    fmt::format("{}: {}", model.network, error.what()));
  }
}

const std::vector<std::pair<std::string, MakeNetwork>>& registry() {
  static const std::vector<std::pair<std::string, MakeNetwork>> entries = {
      {"alexnet", planned<alexnet_plan>},
      {"b_lenet", planned<lenet_plan>},
      {"bridge", planned<bridge_plan>},
      {"darknet53", planned<darknet53_plan>},
      {"darknet53_cells", planned<darknet53_cells_plan>},
      {"hybrid", planned<hybrid_plan>},
      {"mobilenet", planned<mobilenet_plan>},
      {"resnet9", planned<resnet9_plan>},
      {"resnet9_late", planned<resnet9_late_plan>},
      {kImportedNetwork, make_imported_network},
  };
  return entries;
}

}  // namespace

std::vector<std::string> list_networks() {
  std::vector<std::string> names;
  for (const auto& [name, make] : registry()) names.push_back(name);
  return names;
}

std::shared_ptr<BranchyNetwork> make_network(const ModelDescription& model) {
  const Place place{(model.directory / "model.yaml").string()};
  for (const auto& [name, make] : registry()) {
    if (name != model.network) continue;
    std::shared_ptr<BranchyNetwork> network = make(model);
    if (network->num_exits() != static_cast<int>(model.num_exits))
      throw UserError(place, fmt::format("exits: {} says {}, but {} has {}", model.name, model.num_exits,
                                         name, network->num_exits()));
    return network;
  }
  throw UserError(place, fmt::format("network: unknown network \"{}\"{}", model.network,
                                     suggestion(model.network, list_networks())));
}

}  // namespace offramp
