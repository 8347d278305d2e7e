#include "models/profiling/model_costs.hpp"

#include "models/nets/registry.hpp"
#include "models/profiling/cost_counter.hpp"

namespace offramp {

std::vector<ExitCost> count_model_costs(const ModelDescription& model) {
  return count_exit_costs(*make_network(model), model.input);
}

}  // namespace offramp
