#include "models/nets/trained_model.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "models/nets/registry.hpp"
#include "models/nets/weights.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFormat = "offramp-weights-1";

/// "0.25 0.5" -> {0.25, 0.5}; fewer where one cannot be read.
std::vector<double> numbers(const std::string& text) {
  std::vector<double> values;
  std::istringstream items(text);
  for (std::string item; items >> item;) {
    double value = 0;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), value);
    if (error == std::errc{} && end == item.data() + item.size()) values.push_back(value);
  }
  return values;
}

}  // namespace

fs::path weights_path(const ModelDescription& model) { return model.directory / "weights.safetensors"; }

std::map<std::string, std::string> weights_metadata(const ModelDescription& model,
                                                    const std::vector<double>& thresholds_nats) {
  std::string thresholds;
  for (const double value : thresholds_nats)
    thresholds += fmt::format("{}{}", thresholds.empty() ? "" : " ", value);
  return {{"format", kFormat},
          {"network", model.network},
          {"data", model.dataset},
          {"thresholds_nats", thresholds}};
}

TrainedModel load_trained_model(const ModelDescription& model) {
  const fs::path path = weights_path(model);
  if (!fs::exists(path))
    throw UserError(
        Place{path.string()},
        fmt::format("{} has no weights yet; train it with: offramp train {}", model.name, model.name));
  TrainedModel trained{model, make_network(model), {}, sha256_hex_of_file(path)};
  const std::map<std::string, std::string> metadata = load_weights(path, *trained.network);
  const auto thresholds = metadata.find("thresholds_nats");
  if (thresholds != metadata.end()) trained.thresholds_nats = numbers(thresholds->second);
  if (trained.thresholds_nats.size() + 1 != model.num_exits)
    throw UserError(
        Place{path.string()},
        fmt::format("its metadata thresholds_nats needs {} numbers; train it again", model.num_exits - 1));
  trained.network->eval();
  return trained;
}

}  // namespace offramp
