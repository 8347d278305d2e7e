#include "models/training/people_task.hpp"

#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>

#include <numbers>

#include "models/nets/cell_answers.hpp"
#include "models/nets/cell_mask.hpp"
#include "models/profiling/people_answers.hpp"
#include "models/training/autocast.hpp"
#include "models/training/people_loss.hpp"
#include "models/training/pixel_statistics.hpp"

namespace offramp {

void PeopleTask::prepare(BranchyNetwork& network) { take_pixel_statistics(network, data_.train.images); }

void PeopleTask::begin(int epoch) {
  source_.emplace(data_.train, recipe_, epoch);
  cuts_.emplace(random_stream(recipe_.seed, static_cast<std::uint64_t>(epoch), 0, "cuts and thresholds"));
}

torch::Tensor PeopleTask::next_loss(BranchyNetwork& network) {
  boost::random::uniform_01<double> share;
  const bool cut = share(*cuts_) < recipe_.masked;
  const int last_before = boost::random::uniform_int_distribution<int>(0, network.num_exits() - 2)(*cuts_);
  const double threshold = share(*cuts_) * std::numbers::ln2;
  const FrameBatch batch = source_->next();
  const CellGrid grid = *network.cells();
  const Autocast autocast(recipe_.bf16);
  torch::Tensor keep = torch::ones({batch.pixels.size(0), static_cast<std::int64_t>(grid.cells())});
  torch::Tensor unsure = keep;
  torch::Tensor loss;
  torch::Tensor x = batch.pixels;
  for (int exit = 0; exit < network.num_exits(); ++exit) {
    x = network.backbone(exit, x);
    const torch::Tensor map = network.head(exit, x);
    const torch::Tensor term =
        people_loss(map, people_map(batch.people, map.size(2), map.size(3)), keep, grid) *
        recipe_.exit_weights[static_cast<std::size_t>(exit)];
    loss = exit == 0 ? term : loss + term;
    if (!cut || exit > last_before) continue;
    unsure = unsure * cell_entropy(cell_answers(map.detach(), grid)).ge(threshold);
    if (exit < last_before) continue;
    keep = unsure;
    x = masked_feature(x, keep, grid, network.mask_margin());
  }
  return loss;
}

void PeopleTask::validate(BranchyNetwork& network, EpochReport& report) {
  const std::vector<std::int32_t> people = data_.validation.cell_counts(*network.cells());
  for (const CellSayings& sayings : run_all_cells(network, data_.validation.images)) {
    report.validation_accuracy.push_back(cell_f1(sayings, people));
    report.validation_count_error.push_back(count_error(sayings, people, network.cells()->cells()));
  }
}

}  // namespace offramp
