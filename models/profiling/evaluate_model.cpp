#include "models/profiling/evaluate_model.hpp"

#include "models/nets/trained_model.hpp"
#include "models/profiling/early_exit.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/model_data.hpp"

namespace offramp {

Evaluation evaluate_model(const ModelDescription& model, const Dataset& data) {
  check_fit(model, data);
  const TrainedModel trained = load_trained_model(model);
  const std::vector<Logits> logits = run_all_exits(*trained.network, data.test);
  return {model.name, data.name, trained.thresholds_nats,
          apply_thresholds(logits, data.test.labels, trained.thresholds_nats),
          accuracy_of_exits(logits, data.test.labels)};
}

}  // namespace offramp
