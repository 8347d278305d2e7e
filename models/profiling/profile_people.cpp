#include "models/profiling/profile_people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "models/profiling/code_split.hpp"
#include "models/profiling/cost_counter.hpp"
#include "models/profiling/kept_span.hpp"
#include "models/profiling/people_cut.hpp"
#include "models/profiling/split_points.hpp"
#include "models/profiling/zstd_yardstick.hpp"
#include "sim/core/error.hpp"
#include "sim/core/progress.hpp"

namespace offramp {
namespace {

constexpr const char* kInput = "input";

/// A set of frames and what the exits say of them, nothing masked.
struct ProfiledFrames {
  std::string name;
  const PeopleFrames* frames;
  std::vector<CellSayings> exits;
};

/// A codec at a split, under a mask.
struct Job {
  std::shared_ptr<const Hop> hop;
  std::size_t mask;
};

std::vector<ProfiledFrames> sets_of(const PeopleDataset& data) {
  std::vector<ProfiledFrames> sets;
  if (data.validation.frames() > 0) sets.push_back({"validation", &data.validation, {}});
  sets.push_back({"test", &data.test, {}});
  return sets;
}

ImageSet image_set(const ProfiledFrames& from, const CellGrid& grid,
                   std::vector<std::shared_ptr<const void>>& storage) {
  ImageSet set;
  set.name = from.name;
  set.cells = grid.cells();
  set.labels = keep(from.frames->cell_counts(grid), storage);
  for (const CellSayings& exit : from.exits) {
    set.logits.push_back(keep(exit.logits, storage));
    set.counts.push_back(keep(exit.counts, storage));
  }
  return set;
}

void check_mask(const CellMask& mask, std::size_t num_exits) {
  if (mask.rule == kMaskOfAll || mask.patience > 0) return;
  if (mask.thresholds.size() + 1 != num_exits)
    throw UserError(
        fmt::format("mask {}: there are {} thresholds; give {}, one for each exit before the "
                    "final one",
                    mask.text(), mask.thresholds.size(), num_exits - 1));
}

/// All but the codecs.
ExitProfile plain_profile(const TrainedModel& model, const PeopleDataset& data,
                          const std::vector<ProfiledFrames>& sets, const std::vector<CellMask>& masks) {
  ExitProfile profile;
  profile.model = model.description.name;
  profile.dataset = data.name;
  profile.num_classes = 2;
  profile.input = data.test.images.shape;
  profile.exits = count_exit_costs(*model.network, profile.input);
  profile.splits = split_points(*model.network, profile.input);
  profile.cells = model.network->cells();
  profile.masks = masks;
  for (const ProfiledFrames& set : sets)
    profile.sets.push_back(image_set(set, *profile.cells, profile.storage));
  profile.weights_sha256 = model.weights_sha256;
  profile.data_files = data.files;
  profile.zstd_s_per_byte = measure_zstd_s_per_byte();
  profile.wire_format = kWireFormat;
  return profile;
}

/// Takes over what another fitting profile made under the same masks.
void adopt_codecs(ExitProfile& profile, const ExitProfile& other) {
  for (SplitPoint& split : profile.splits) {
    const SplitPoint* known = other.find_split(split.name);
    if (known == nullptr) continue;
    for (CodecAnswers answers : known->codecs) {
      const CellMask& mask = other.masks.at(*answers.mask);
      const auto here = std::find(profile.masks.begin(), profile.masks.end(), mask);
      if (here == profile.masks.end()) continue;
      answers.mask = static_cast<std::size_t>(here - profile.masks.begin());
      if (split.find_masked(answers.codec, *answers.mask) == nullptr)
        split.codecs.push_back(std::move(answers));
    }
  }
  profile.storage.insert(profile.storage.end(), other.storage.begin(), other.storage.end());
}

/// @throws UserError with everything that is wrong with the requests
std::vector<Job> jobs_for(const ExitProfile& profile, const std::vector<CodecRequest>& wanted,
                          const TrainedModel& model, const PeopleDataset& data) {
  std::vector<Job> jobs;
  std::vector<Problem> problems;
  for (const CodecRequest& request : wanted) {
    try {
      if (!request.after.empty())
        throw UserError(fmt::format("{}: a network by cells has no hops before another", request.text()));
      auto hop = std::make_shared<Hop>(hop_for(profile, request.split, request.codec));
      const SplitPoint& split = profile.splits[hop->split];
      if (hop->codec->needs_fit()) {
        if (data.train.frames() == 0)
          throw UserError(
              fmt::format("{} chooses its range from training frames, and {} has none; a codec without "
                          "a range in its name does not",
                          request.codec, data.name));
        fit_to_training_images(*hop->codec, *model.network, last_exit_before(split.name), split.shape,
                               data.train.images);
      }
      for (std::size_t mask = 0; mask < profile.masks.size(); ++mask) {
        if (split.name == kInput && profile.masks[mask].rule != kMaskOfAll) continue;
        if (split.find_masked(hop->codec->name(), mask) == nullptr) jobs.push_back({hop, mask});
      }
    } catch (const UserError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw UserError(std::move(problems));
  return jobs;
}

CodecAnswers answers_of(const TrainedModel& model, ExitProfile& profile, const Job& job,
                        const std::vector<ProfiledFrames>& sets,
                        const std::function<void(std::size_t)>& after_batch) {
  const SplitPoint& split = profile.splits[job.hop->split];
  const CellMask& mask = profile.masks[job.mask];
  const int last = last_exit_before(split.name);
  CodecAnswers answers;
  answers.codec = job.hop->codec->name();
  answers.mask = job.mask;
  answers.exact = true;
  double power = 0, noise = 0;
  for (const ProfiledFrames& set : sets) {
    std::vector<std::uint8_t> unsure;
    if (mask.rule != kMaskOfAll)
      unsure = unsure_cells(std::span(set.exits).first(static_cast<std::size_t>(last + 1)), mask,
                            profile.exits.size());
    CutSayings said =
        run_cut(*model.network, set.frames->images, {last, unsure, job.hop->codec.get()}, after_batch);
    answers.encode_s = std::max(answers.encode_s, said.encode_s);
    answers.decode_s = std::max(answers.decode_s, said.decode_s);
    answers.exact = answers.exact && said.exact;
    power += said.power;
    noise += said.noise;
    CodedSet coded;
    coded.coded_bytes = keep(std::move(said.coded_bytes), profile.storage);
    for (CellSayings& exit : said.exits) {
      coded.logits.push_back(keep(std::move(exit.logits), profile.storage));
      coded.counts.push_back(keep(std::move(exit.counts), profile.storage));
    }
    answers.sets.push_back(std::move(coded));
  }
  if (power > 0 && noise > 0) answers.sqnr_db = 10 * std::log10(power / noise);
  return answers;
}

}  // namespace

bool people_profile_fits(const ExitProfile& profile, const TrainedModel& model, const PeopleDataset& data) {
  return profile.weights_sha256 == model.weights_sha256 && profile.dataset == data.name &&
         profile.data_files == data.files && profile.sets.size() == sets_of(data).size() &&
         profile.wire_format == kWireFormat && profile.cells == model.network->cells();
}

std::vector<CodecRequest> default_people_codecs(const ModelDescription& model) {
  std::vector<CodecRequest> requests{{kInput, "jpeg75"}};
  for (std::size_t exit = 0; exit + 1 < model.num_exits; ++exit)
    requests.push_back({fmt::format("exit {}", exit), "int8_zstd"});
  return requests;
}

std::vector<CellMask> default_masks(const TrainedModel& model) {
  std::vector<CellMask> masks;
  for (const double share : {0.25, 0.5, 1.0}) {
    CellMask mask{"entropy", model.thresholds_nats};
    for (double& threshold : mask.thresholds) threshold *= share;
    masks.push_back(std::move(mask));
  }
  masks.push_back({kMaskOfAll});
  return masks;
}

ExitProfile profile_people(const TrainedModel& model, const PeopleDataset& data,
                           const std::vector<CodecRequest>& wanted, const std::vector<CellMask>& masks,
                           const std::vector<ExitProfile>& known) {
  for (const CellMask& mask : masks) check_mask(mask, model.description.num_exits);
  std::vector<ProfiledFrames> sets = sets_of(data);
  for (ProfiledFrames& set : sets) set.exits = run_all_cells(*model.network, set.frames->images);
  ExitProfile profile = plain_profile(model, data, sets, masks);
  for (const ExitProfile& other : known) adopt_codecs(profile, other);

  const std::vector<Job> jobs = jobs_for(profile, wanted, model, data);
  std::size_t frames = 0, done = 0;
  for (const ProfiledFrames& set : sets) frames += set.frames->frames();
  Progress progress("profiling " + profile.model, jobs.size() * frames);
  for (const Job& job : jobs) {
    const std::string what =
        fmt::format("{}, {}", hop_name(profile.splits[job.hop->split].name, job.hop->codec->name()),
                    profile.masks[job.mask].text());
    CodecAnswers answers = answers_of(model, profile, job, sets, [&](std::size_t count) {
      done += count;
      progress.update(done, what);
    });
    profile.splits[job.hop->split].codecs.push_back(std::move(answers));
  }
  return profile;
}

}  // namespace offramp
