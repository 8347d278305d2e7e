#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/codec/codec.hpp"
#include "models/data/dataset.hpp"
#include "models/nets/trained_model.hpp"
#include "sim/policy/exit_judge.hpp"
#include "sim/testbed/work_order.hpp"

namespace offramp {

/// A route of a work order with its network loaded: what both sides of a testbed need.
struct NetworkRoute {
  const WorkOrder::Route& plan;
  TrainedModel model;
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<ExitPolicy> policy;
  std::unique_ptr<Codec> codec;  ///< null: nothing travels
  FeatureShape shape;            ///< of what travels
};

/// Loads all of them; networks of one dataset share it. @throws UserError
std::vector<NetworkRoute> load_routes(const WorkOrder& order);

/// What an exit's head made of a batch, as the exit rule is asked about it.
struct ExitVerdict {
  bool accepted = false;
  std::uint16_t named_class = 0;
};
/// @param exit   that the policy asks, or that must answer
/// @param judges one an image
std::vector<ExitVerdict> ask_exit(const NetworkRoute& route, int exit, bool must_answer,
                                  const torch::Tensor& feature, const std::vector<ExitJudge*>& judges);

}  // namespace offramp
