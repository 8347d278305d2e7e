#include "models/training/checkpoint.hpp"

#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;

void save_checkpoint(const fs::path& path, const BranchyNetwork& network,
                     const torch::optim::Optimizer& optimizer, int epochs_done) {
  torch::serialize::OutputArchive weights;
  torch::serialize::OutputArchive state;
  network.save(weights);
  optimizer.save(state);
  torch::serialize::OutputArchive archive;
  archive.write("network", weights);
  archive.write("optimizer", state);
  archive.write("epochs_done", torch::tensor(epochs_done, torch::kInt64), /*is_buffer=*/true);
  const fs::path temporary = fs::path(path).concat(".tmp");
  archive.save_to(temporary.string());
  publish_file(temporary, path);
}

int load_checkpoint(const fs::path& path, BranchyNetwork& network, torch::optim::Optimizer& optimizer) {
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(path.string());
    torch::serialize::InputArchive weights;
    torch::serialize::InputArchive state;
    torch::Tensor epochs_done;
    archive.read("network", weights);
    archive.read("optimizer", state);
    archive.read("epochs_done", epochs_done, /*is_buffer=*/true);
    network.load(weights);
    optimizer.load(state);
    return static_cast<int>(epochs_done.item<std::int64_t>());
  } catch (const c10::Error&) {
    throw UserError(Place{path.string()},
                    "is no checkpoint of this network, or is damaged; delete it to train from the start");
  }
}

}  // namespace offramp
