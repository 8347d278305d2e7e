#include "models/profiling/measured_times.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "models/nets/branchy_network.hpp"
#include "models/nets/cell_answers.hpp"
#include "models/nets/trained_model.hpp"
#include "models/profiling/frozen_piece.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/median.hpp"
#include "models/profiling/model_data.hpp"
#include "models/profiling/one_thread.hpp"
#include "sim/policy/exit_judge.hpp"

namespace offramp {
namespace {

constexpr std::size_t kRounds = 5;
constexpr std::size_t kWarmUp = 50;

torch::Tensor feature_before(BranchyNetwork& network, int exit, const torch::Tensor& pixels) {
  const torch::NoGradGuard no_grad;
  torch::Tensor x = pixels;
  for (int segment = 0; segment < exit; ++segment) x = network.backbone(segment, x);
  return x;
}

/// What an exit says of classes: of the picture, [images, classes], or of each cell, [images, cells, 2].
torch::Tensor class_logits(BranchyNetwork& network, const torch::Tensor& said) {
  return network.cells() ? cell_answers(said, *network.cells()).logits : said;
}

/// The network that takes its exits: a frozen piece from each decision to the next.
class EarlyExits {
 public:
  EarlyExits(BranchyNetwork& network, const torch::Tensor& example, std::shared_ptr<ExitPolicy> policy,
             std::vector<double> temperatures, FrozenPiece::Kernels kernels)
      : policy_(std::move(policy)),
        temperatures_(std::move(temperatures)),
        cells_(network.cells() ? network.cells()->cells() : 1) {
    int first = 0;
    for (int exit = 0; exit < network.num_exits(); ++exit) {
      if (!policy_->asks(static_cast<std::size_t>(exit))) continue;
      exits_.push_back(static_cast<std::size_t>(exit));
      pieces_.emplace_back(
          [&network, first, exit](const torch::Tensor& input) {
            torch::Tensor x = input;
            for (int segment = first; segment <= exit; ++segment) x = network.backbone(segment, x);
            const HeadAnswer answer = network.answer(exit, x);
            std::vector<torch::Tensor> out{x, class_logits(network, answer.logits)};
            if (answer.router.defined()) out.push_back(answer.router);
            return out;
          },
          feature_before(network, first, example), kernels);
      first = exit + 1;
    }
  }

  /// @return the exit that answers; by cells the one that answers the last of them
  std::size_t run(const torch::Tensor& pixels) const {
    torch::Tensor x = pixels;
    ExitJudge judge(*policy_, cells_, temperatures_);
    std::vector<std::uint8_t> open(cells_, 1);
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      std::vector<torch::Tensor> said = pieces_[i].run(x);
      const torch::Tensor logits = said[1].contiguous();
      std::span<const float> routers;
      if (said.size() > 2) routers = {said[2].data_ptr<float>(), 1};
      const std::vector<std::uint8_t> accepted =
          judge.ask(exits_[i], {logits.data_ptr<float>(), static_cast<std::size_t>(logits.numel())}, routers);
      for (std::size_t cell = 0; cell < cells_; ++cell)
        if (accepted[cell] != 0) open[cell] = 0;
      if (std::find(open.begin(), open.end(), 1) == open.end()) return exits_[i];
      x = std::move(said[0]);
    }
    return exits_.back();
  }

 private:
  std::shared_ptr<ExitPolicy> policy_;
  std::vector<double> temperatures_;
  std::size_t cells_;  ///< that are asked about one by one; 1: the picture as a whole
  std::vector<std::size_t> exits_;
  std::vector<FrozenPiece> pieces_;
};

FrozenPiece freeze_plain(BranchyNetwork& network, const torch::Tensor& example,
                         FrozenPiece::Kernels kernels) {
  return FrozenPiece(
      [&network](const torch::Tensor& input) {
        torch::Tensor x = input;
        for (int segment = 0; segment < network.num_exits(); ++segment) x = network.backbone(segment, x);
        return std::vector<torch::Tensor>{class_logits(network, network.head(network.num_exits() - 1, x))};
      },
      example, kernels);
}

template <class Run>
double seconds_of(const Run& run) {
  const double start = thread_seconds();
  run();
  return thread_seconds() - start;
}

struct Round {
  double plain_s = 0, early_s = 0;
};

Round time_round(const std::vector<torch::Tensor>& pixels, const FrozenPiece& plain, const EarlyExits& early,
                 std::vector<std::size_t>& left) {
  Round round;
  for (const torch::Tensor& one : pixels) {
    round.plain_s += seconds_of([&] { plain.run(one); });
    std::size_t exit = 0;
    round.early_s += seconds_of([&] { exit = early.run(one); });
    ++left[exit];
  }
  const auto images = static_cast<double>(pixels.size());
  return {round.plain_s / images, round.early_s / images};
}

/// The fastest of one network's frozen variants, by the time of a few images: an index.
template <class Network>
std::size_t fastest(const std::vector<Network>& variants, const std::vector<torch::Tensor>& pixels) {
  const std::size_t count = std::min(pixels.size(), kWarmUp);
  std::vector<std::vector<double>> seconds(variants.size());
  for (std::size_t i = 0; i < 3 * count; ++i)  // the first third warms up
    for (std::size_t v = 0; v < variants.size(); ++v) {
      const double one = seconds_of([&] { variants[v].run(pixels[i % count]); });
      if (i >= count) seconds[v].push_back(one);
    }
  std::vector<double> medians;
  for (std::vector<double>& of_variant : seconds) medians.push_back(median(std::move(of_variant)));
  return static_cast<std::size_t>(std::min_element(medians.begin(), medians.end()) - medians.begin());
}

std::string kernels_text(FrozenPiece::Kernels kernels) {
  switch (kernels) {
    case FrozenPiece::Kernels::onednn:
      return "oneDNN";
    case FrozenPiece::Kernels::onednn_layout:
      return "oneDNN in its own layout";
    case FrozenPiece::Kernels::own:
      return "LibTorch's own kernels";
  }
  return {};
}

std::size_t num_classes(BranchyNetwork& network, const torch::Tensor& pixels) {
  return static_cast<std::size_t>(
      class_logits(network, network.head(0, feature_before(network, 1, pixels))).size(-1));
}

void stop_gradients(BranchyNetwork& network) {
  network.eval();
  for (torch::Tensor& parameter : network.parameters()) parameter.set_requires_grad(false);
}

}  // namespace

MeasuredTimes measure_times(BranchyNetwork& network, BranchyNetwork& plain, const LabelledImages& data,
                            const ExitRule& rule, const std::vector<double>& temperatures,
                            std::size_t images) {
  const OneThread one_thread;
  stop_gradients(network);
  stop_gradients(plain);
  MeasuredTimes times;
  times.images = std::min(images, data.images());
  std::vector<torch::Tensor> pixels;
  for (std::size_t i = 0; i < times.images; ++i) pixels.push_back(pixel_batch(data, i, 1));
  const auto exits = static_cast<std::size_t>(network.num_exits());
  const std::shared_ptr<ExitPolicy> policy = make_exit_policy(
      rule, {exits, num_classes(network, pixels[0]), static_cast<int>(exits) - 2, network.has_routers()});

  const std::vector<FrozenPiece::Kernels> kernels = available_kernels();
  std::vector<FrozenPiece> wholes;
  std::vector<EarlyExits> earlies;
  for (const FrozenPiece::Kernels kind : kernels) {
    wholes.push_back(freeze_plain(plain, pixels[0], kind));
    earlies.emplace_back(network, pixels[0], policy, temperatures, kind);
  }
  const c10::InferenceMode inference;
  const std::size_t for_plain = fastest(wholes, pixels), for_early = fastest(earlies, pixels);
  const FrozenPiece& whole = wholes[for_plain];
  const EarlyExits& early = earlies[for_early];
  times.how = "frozen TorchScript, plain by " + kernels_text(kernels[for_plain]);
  times.how += ", early exit by " + kernels_text(kernels[for_early]);

  std::vector<std::size_t> left(exits, 0);
  const std::vector<torch::Tensor> warm_up(
      pixels.begin(), pixels.begin() + static_cast<std::ptrdiff_t>(std::min(kWarmUp, times.images)));
  time_round(warm_up, whole, early, left);
  std::fill(left.begin(), left.end(), std::size_t{0});
  std::vector<double> plain_s, early_s, gains;
  for (std::size_t i = 0; i < kRounds; ++i) {
    const Round round = time_round(pixels, whole, early, left);
    plain_s.push_back(round.plain_s);
    early_s.push_back(round.early_s);
    gains.push_back(round.plain_s / round.early_s);
  }
  times.plain_s = median(plain_s);
  times.early_exit_s = median(early_s);
  times.gain = median(gains);
  times.gain_lowest = *std::min_element(gains.begin(), gains.end());
  times.gain_highest = *std::max_element(gains.begin(), gains.end());
  for (const std::size_t count : left)
    times.exit_shares.push_back(static_cast<double>(count) / static_cast<double>(kRounds * times.images));
  return times;
}

MeasuredTimes measure_model(const ModelDescription& model, const ModelDescription* plain, const Dataset& data,
                            const ExitRule& rule, const std::vector<double>& temperatures,
                            std::size_t images) {
  check_fit(model, data);
  const TrainedModel trained = load_trained_model(model);
  if (plain == nullptr)
    return measure_times(*trained.network, *trained.network, data.test, rule, temperatures, images);
  check_fit(*plain, data);
  return measure_times(*trained.network, *load_trained_model(*plain).network, data.test, rule, temperatures,
                       images);
}

MeasuredTimes measure_people_counter(const ModelDescription& model, const PeopleDataset& data,
                                     const ExitRule& rule, std::size_t frames) {
  const TrainedModel trained = load_trained_model(model);
  return measure_times(*trained.network, *trained.network, data.test.images, rule, {}, frames);
}

}  // namespace offramp
