#include "models/training/import_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <iterator>

#include "models/nets/imported_network.hpp"
#include "models/nets/trained_model.hpp"
#include "models/nets/weights.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/logits.hpp"
#include "models/profiling/make_profile.hpp"
#include "models/training/threshold_search.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr double kTolerance = 0.001;  // as training: 0.1 points

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw UserError(Place{path.string()}, "cannot be read");
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string yaml_of(const ModelDescription& model, const fs::path& module_file) {
  return fmt::format(
      "# Imported by: offramp import {}\nnetwork: {}\ndata: {}\ninput: [{}, {}, {}]\nclasses: {}\nexits: "
      "{}\n",
      module_file.filename().string(), model.network, model.dataset, model.input.channels, model.input.height,
      model.input.width, model.num_classes, model.num_exits);
}

std::string card_of(const ModelDescription& model, const fs::path& module_file, const std::string& sha256,
                    const std::vector<double>& accuracy, const std::vector<double>& thresholds_nats) {
  std::string text = fmt::format(
      "# {}\n\nA TorchScript module, {} (SHA-256 `{}`), imported by `offramp import`. It holds code as well "
      "as weights: "
      "take such files only from those you trust. How it was trained is not known here.\n\n| exit | accuracy "
      "on all test "
      "images of {} |\n|---|---|\n",
      model.name, module_file.filename().string(), sha256, model.dataset);
  for (std::size_t exit = 0; exit < accuracy.size(); ++exit)
    text += fmt::format("| {} | {:.2f} % |\n", exit, 100 * accuracy[exit]);
  if (!thresholds_nats.empty())
    text += fmt::format(
        "\nEntropy thresholds: {:.6g} nats, chosen on the validation images within {:.2g} points of the "
        "final exit's "
        "accuracy.\n",
        fmt::join(thresholds_nats, ", "), 100 * kTolerance);
  return text;
}

}  // namespace

void import_model(const fs::path& module_file, const Dataset& data, const fs::path& directory) {
  const fs::path target = fs::absolute(directory).lexically_normal();
  const fs::path whole = target.has_filename() ? target : target.parent_path();
  if (fs::exists(whole))
    throw UserError(Place{whole.string()}, "is there already; remove it or give another --out");
  const auto network = std::make_shared<ImportedNetwork>(content_of(module_file), data.test.shape,
                                                         data.num_classes(), Place{module_file.string()});
  network->eval();

  StagedDirectory staged(whole);
  ModelDescription model;
  model.name = whole.filename().string();
  model.directory = staged.path();
  model.network = kImportedNetwork;
  model.dataset = data.name;
  model.input = data.test.shape;
  model.num_classes = data.num_classes();
  model.num_exits = static_cast<std::size_t>(network->num_exits());
  const std::vector<double> thresholds =
      choose_thresholds(run_all_exits(*network, data.validation), data.validation.labels, kTolerance);
  const std::vector<double> accuracy =
      accuracy_of_exits(run_all_exits(*network, data.test), data.test.labels);
  save_weights(weights_path(model), *network, weights_metadata(model, thresholds));
  write_file_atomically(model.directory / "model.yaml", yaml_of(model, module_file));
  write_file_atomically(model.directory / "card.md",
                        card_of(model, module_file, sha256_hex_of_file(module_file), accuracy, thresholds));
  make_profile(model, data, {});
  staged.publish();
}

}  // namespace offramp
