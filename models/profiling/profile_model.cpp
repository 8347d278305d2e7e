#include "models/profiling/profile_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "models/profiling/code_split.hpp"
#include "models/profiling/cost_counter.hpp"
#include "models/profiling/inference.hpp"
#include "models/profiling/kept_span.hpp"
#include "models/profiling/model_data.hpp"
#include "models/profiling/split_points.hpp"
#include "models/profiling/zstd_yardstick.hpp"
#include "sim/core/error.hpp"
#include "sim/core/progress.hpp"
#include "sim/policy/temperature.hpp"

namespace offramp {
namespace {

/// A codec that is wanted and not known yet, behind another hop or none.
struct Job {
  std::optional<Hop> before;
  Hop hop;
};

ImageSet image_set(const std::string& name, const LabelledImages& images, BranchyNetwork& network,
                   std::vector<std::shared_ptr<const void>>& storage) {
  ImageSet set;
  set.name = name;
  set.labels = keep(images.labels, storage);
  AllAnswers answers = run_all_answers(network, images);
  for (Logits& logits : answers.logits) set.logits.push_back(keep(std::move(logits), storage));
  for (Logits& routers : answers.routers) set.routers.push_back(keep(std::move(routers), storage));
  return set;
}

/// What calibrates each exit, from the validation images.
std::vector<double> fitted_temperatures(const ExitProfile& profile) {
  const ImageSet& set = profile.set("validation");
  std::vector<double> temperatures;
  for (const std::span<const float> logits : set.logits)
    temperatures.push_back(fit_temperature(logits, set.labels));
  return temperatures;
}

/// A set of a profile for each of the dataset's that are not trained on.
std::vector<std::pair<std::string, const LabelledImages*>> profiled_sets(const Dataset& data) {
  std::vector<std::pair<std::string, const LabelledImages*>> sets{{"validation", &data.validation},
                                                                  {"test", &data.test}};
  for (const FurtherTest& further : data.further_tests) {
    std::string name = further.name;
    std::ranges::replace(name, ' ', '_');
    sets.emplace_back(name, &further.images);
  }
  return sets;
}

/// All but the codecs.
ExitProfile plain_profile(const TrainedModel& model, const Dataset& data) {
  ExitProfile profile;
  profile.model = model.description.name;
  profile.dataset = data.name;
  profile.num_classes = data.num_classes();
  profile.input = data.test.shape;
  profile.exits = count_exit_costs(*model.network, profile.input);
  profile.splits = split_points(*model.network, profile.input);
  profile.has_routers = model.network->has_routers();
  for (const auto& [name, images] : profiled_sets(data))
    profile.sets.push_back(image_set(name, *images, *model.network, profile.storage));
  profile.weights_sha256 = model.weights_sha256;
  profile.data_files = data.files;
  profile.zstd_s_per_byte = measure_zstd_s_per_byte();
  profile.wire_format = kWireFormat;
  return profile;
}

/// Takes over the codecs that another fitting profile has and this one lacks.
void adopt_codecs(ExitProfile& profile, const ExitProfile& other) {
  for (SplitPoint& split : profile.splits) {
    const SplitPoint* known = other.find_split(split.name);
    if (known == nullptr) continue;
    for (const CodecAnswers& answers : known->codecs)
      if (split.find_codec(answers.codec, answers.after) == nullptr) split.codecs.push_back(answers);
  }
  profile.storage.insert(profile.storage.end(), other.storage.begin(), other.storage.end());
}

/// The hop before, if there is one.
std::optional<Hop> hop_before(const ExitProfile& profile, const CodecRequest& request, const Hop& hop) {
  if (request.after.empty()) return std::nullopt;
  const std::size_t colon = request.after.find(':');
  Hop before = hop_for(profile, request.after.substr(0, colon),
                       colon == std::string::npos ? "" : request.after.substr(colon + 1));
  if (before.split >= hop.split)
    throw UserError(fmt::format("\"{}\" does not lie before \"{}\"", profile.splits[before.split].name,
                                profile.splits[hop.split].name));
  return before;
}

std::string name_of(const ExitProfile& profile, const Hop& hop) {
  return hop_name(profile.splits[hop.split].name, hop.codec->name());
}

std::string name_of(const ExitProfile& profile, const Job& job) {
  return (job.before ? name_of(profile, *job.before) + "," : "") + name_of(profile, job.hop);
}

bool known(const ExitProfile& profile, const Job& job) {
  return profile.splits[job.hop.split].find_codec(
             job.hop.codec->name(), job.before ? name_of(profile, *job.before) : std::string()) != nullptr;
}

/// What is to be done, each once; a hop stands before those that come behind it.
/// @throws UserError with everything that is wrong with the requests
std::vector<Job> jobs_for(const ExitProfile& profile, const std::vector<CodecRequest>& wanted) {
  std::vector<Job> jobs;
  std::vector<Problem> problems;
  const auto add = [&](Job job) {
    const bool again = std::any_of(jobs.begin(), jobs.end(), [&](const Job& other) {
      return name_of(profile, other) == name_of(profile, job);
    });
    if (!again && !known(profile, job)) jobs.push_back(std::move(job));
  };
  for (const CodecRequest& request : wanted) {
    try {
      Hop hop = hop_for(profile, request.split, request.codec);
      std::optional<Hop> before = hop_before(profile, request, hop);
      if (before) add({std::nullopt, {before->split, make_codec(before->codec->name())}});
      // An exact codec delivers what it was given: what is coded behind it is what is coded without it.
      if (before && before->codec->lossless()) before.reset();
      add({std::move(before), std::move(hop)});
    } catch (const UserError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw UserError(std::move(problems));
  return jobs;
}

/// Chooses what a codec chooses from samples.
void fit(const Hop& hop, const ExitProfile& profile, const TrainedModel& model, const Dataset& data) {
  const SplitPoint& split = profile.splits[hop.split];
  fit_to_training_images(*hop.codec, *model.network, last_exit_before(split.name), split.shape, data.train);
}

CodedCut cut_at(const ExitProfile& profile, const Hop& hop) {
  const SplitPoint& split = profile.splits[hop.split];
  return {last_exit_before(split.name), split.shape, *hop.codec};
}

}  // namespace

bool profile_fits(const ExitProfile& profile, const TrainedModel& model, const Dataset& data) {
  return profile.weights_sha256 == model.weights_sha256 && profile.dataset == data.name &&
         profile.data_files == data.files && profile.sets.size() == profiled_sets(data).size() &&
         profile.wire_format == kWireFormat;
}

std::vector<CodecRequest> default_codecs(const ModelDescription& model) {
  std::vector<CodecRequest> requests{{"input", "raw_u8"}};
  for (std::size_t exit = 0; exit + 1 < model.num_exits; ++exit)
    for (const char* codec : {"raw_f32", "int8_zstd"})
      requests.push_back({fmt::format("exit {}", exit), codec});
  return requests;
}

ExitProfile profile_model(const TrainedModel& model, const Dataset& data,
                          const std::vector<CodecRequest>& wanted, const std::vector<ExitProfile>& known) {
  check_fit(model.description, data);
  ExitProfile profile = known.empty() ? plain_profile(model, data) : known.front();
  profile.model = model.description.name;
  profile.exits = count_exit_costs(*model.network, profile.input);
  if (profile.temperatures.empty()) profile.temperatures = fitted_temperatures(profile);
  for (const ExitProfile& other : known)
    if (&other != &known.front()) adopt_codecs(profile, other);

  const std::vector<Job> jobs = jobs_for(profile, wanted);
  std::vector<const LabelledImages*> sets;
  std::size_t images = 0;
  for (const auto& [name, set] : profiled_sets(data)) {
    sets.push_back(set);
    images += set->images();
  }
  Progress progress("profiling " + profile.model, jobs.size() * images);
  std::size_t done = 0;
  for (const Job& job : jobs) {
    fit(job.hop, profile, model, data);
    if (job.before) fit(*job.before, profile, model, data);
    std::optional<CodedCut> before;
    if (job.before) before.emplace(cut_at(profile, *job.before));
    CodecAnswers answers = code_split(*model.network, before ? &*before : nullptr, cut_at(profile, job.hop),
                                      sets, profile.storage, [&](std::size_t count) {
                                        done += count;
                                        progress.update(done, name_of(profile, job));
                                      });
    if (job.before) answers.after = name_of(profile, *job.before);
    profile.splits[job.hop.split].codecs.push_back(std::move(answers));
  }
  return profile;
}

}  // namespace offramp
