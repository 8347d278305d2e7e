#include "models/nets/registry.hpp"

#include <fmt/format.h>

#include <utility>

#include "models/nets/b_lenet.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

using MakeNetwork = std::shared_ptr<BranchyNetwork> (*)(const ModelDescription&);

const std::vector<std::pair<std::string, MakeNetwork>>& registry() {
  static const std::vector<std::pair<std::string, MakeNetwork>> entries = {
      {"b_lenet", make_b_lenet},
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
