#include "models/training/start_from_entries.hpp"

#include <fmt/format.h>

#include "models/nets/trained_model.hpp"
#include "models/nets/weights.hpp"
#include "sim/core/error.hpp"

namespace offramp {

void start_from_entries(BranchyNetwork& network, const ModelDescription& model,
                        const std::vector<std::string>& entries) {
  for (const std::string& text : entries) {
    const std::size_t equals = text.find('=');
    const std::string prefix = equals == std::string::npos ? "" : text.substr(0, equals);
    const std::string entry = equals == std::string::npos ? text : text.substr(equals + 1);
    const ModelDescription source = read_entry_named_by(model, "training.init_from", entry);
    const std::size_t filled = take_over_weights(weights_path(source), network, prefix);
    if (filled == 0)
      throw UserError(Place{(model.directory / "model.yaml").string()},
                      fmt::format("training.init_from: {} has no tensor that, as {}NAME, is one of {}'s",
                                  entry, prefix, model.network));
    fmt::print(stderr, "{}: starts with {} tensors of {}\n", model.name, filled, entry);
  }
}

}  // namespace offramp
