#include "sim/cli/evaluation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "analysis/stats/proportion.hpp"
#include "sim/cli/cells_evaluation.hpp"
#include "sim/cli/codec_report.hpp"
#include "sim/cli/evaluation_parts.hpp"
#include "sim/cli/rule_report.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scratch_file.hpp"
#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

/// What "no loss" means, in accuracy.
constexpr double kMargin = 0.003;

/// A model, its profile, and what its exits say of one of its image sets.
struct Evaluated {
  ModelDescription description;
  ExitProfile profile;
  std::string set;
  SetAnswers answers;
};

ModelDescription named(const std::string& name) { return read_model_description(name, fs::current_path()); }

Evaluated open_model(ModelDescription model, const std::string& set, const std::optional<NetworkCut>& cut,
                     std::vector<CodecRequest> wanted = {}) {
  if (cut) wanted.push_back({cut->split, cut->codec});
  ExitProfile profile = profile_for(model.directory, wanted);
  SetAnswers answers = set_answers(profile, set, cut ? &*cut : nullptr);
  return {std::move(model), std::move(profile), set, std::move(answers)};
}

ordered_json pairs_json(const PairedCounts& pairs) {
  if (pairs.images() == 0) return nullptr;
  return {{"images", pairs.images()},
          {"accuracy", pairs.first()},
          {"against_accuracy", pairs.second()},
          {"difference", pairs.difference()},
          {"difference_ci95", interval_json(paired_difference_interval95(pairs))},
          {"only_this_right", pairs.first_only},
          {"only_against_right", pairs.second_only},
          {"mcnemar_p", mcnemar_p(pairs)},
          {"no_loss", non_inferior(pairs, kMargin)}};
}

/// The same images answered two ways, and of these those that an exit on the device answers.
ordered_json comparison(const std::string& against, const ExitOutcome& outcome, int last_device_exit,
                        std::span<const std::uint8_t> other) {
  std::vector<std::uint8_t> here, there;
  for (std::size_t image = 0; image < outcome.images(); ++image) {
    if (static_cast<int>(outcome.exit_of[image]) > last_device_exit) continue;
    here.push_back(outcome.correct[image]);
    there.push_back(other[image]);
  }
  return {{"against", against},
          {"all", pairs_json(count_pairs(outcome.correct, other))},
          {"answered_at_edge", pairs_json(count_pairs(here, there))}};
}

void require_same_images(const Evaluated& one, const Evaluated& other) {
  if (one.profile.dataset != other.profile.dataset ||
      !std::ranges::equal(one.answers.labels, other.answers.labels))
    throw UserError(fmt::format("{} was tested on other images ({}) than {} ({}), so no image can be paired",
                                other.description.name, other.profile.dataset, one.description.name,
                                one.profile.dataset));
}

/// A model's answers as they stand beside another's: at one exit, or by its own rule.
struct OtherAnswers {
  std::string name;
  std::vector<std::uint8_t> correct;
};

OtherAnswers answers_against(const EvaluationOrder& order, const Evaluated& one) {
  const Evaluated other = open_model(named(order.against), order.set, std::nullopt);
  require_same_images(one, other);
  const std::size_t exits = other.answers.exits();
  if (order.against_exit && *order.against_exit >= exits)
    throw UserError(Place{"--against-exit"},
                    fmt::format("{} has the exits 0 to {}", order.against, exits - 1));
  if (order.against_exit || exits == 1) {
    const std::size_t exit = order.against_exit.value_or(0);
    return {exits == 1 ? order.against : fmt::format("{}, exit {} alone", order.against, exit),
            other.answers.correct[exit]};
  }
  return {order.against + " by its own rule",
          apply_rule(other.answers, own_rule(other.description, other.profile.has_routers)).correct};
}

void write_answers(const std::string& path, const ExitOutcome& outcome) {
  std::string text = "image,exit,correct\n";
  for (std::size_t image = 0; image < outcome.images(); ++image)
    text += fmt::format("{},{},{}\n", image, outcome.exit_of[image], outcome.correct[image]);
  write_file_atomically(path, text);
}

double mean_bytes(std::span<const std::uint32_t> bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), 0.0) / static_cast<double>(bytes.size());
}

/// The smallest of the profile's image codecs that the final exit reads no worse than the image itself
/// (within kMargin).
const CodecAnswers* image_codec(const ExitProfile& profile, const std::string& set, std::string_view family) {
  const SplitPoint* input = profile.find_split("input");
  const std::size_t images = profile.set_index(set);
  const double uncoded = set_answers(profile, set, nullptr).accuracy_of(profile.exits.size() - 1);
  const CodecAnswers* smallest = nullptr;
  for (const CodecAnswers& codec : input == nullptr ? std::vector<CodecAnswers>{} : input->codecs) {
    if (!codec.codec.starts_with(family)) continue;
    const NetworkCut cut{"input", codec.codec};
    if (set_answers(profile, set, &cut).accuracy_of(profile.exits.size() - 1) < uncoded - kMargin) continue;
    if (smallest == nullptr ||
        mean_bytes(codec.sets[images].coded_bytes) < mean_bytes(smallest->sets[images].coded_bytes))
      smallest = input->find_codec(codec.codec);
  }
  return smallest;
}

double plain_device_s(const ExitProfile& profile, const std::string& set, const DeviceType& type) {
  const SetAnswers answers = set_answers(profile, set, nullptr);
  const ExitRule last{"fixed", {}, profile.exits.size() - 1, 0};
  return device_second_costs(profile, answers, type, exits_asked(answers, last)).of_exit.back();
}

/// A device type: time of the plain network and of the early-exit one, both whole on it, and joules a request
/// of early exit, edge-only and cloud-only on the cut.
ordered_json device_json(const std::string& name, const Evaluated& one, const ExitProfile& plain,
                         const ExitRule& rule, const std::vector<double>& temperatures) {
  const DeviceType type = read_device_type(name, fs::current_path());
  const SetAnswers whole = set_answers(one.profile, one.set, nullptr);
  const double plain_s = plain_device_s(plain, one.set, type);
  const double early_s = apply_rule(whole, rule, temperatures)
                             .mean(device_second_costs(one.profile, whole, type, exits_asked(whole, rule)));
  const auto joules = [&](const SetAnswers& answers, const ExitRule& by) {
    return apply_rule(answers, by, temperatures)
        .mean(device_joule_costs(one.profile, answers, type, exits_asked(answers, by)));
  };
  ordered_json json{{"type", type.name},         {"basis", type.basis},
                    {"plain_s", plain_s},        {"early_exit_s", early_s},
                    {"gain", plain_s / early_s}, {"early_exit_j", joules(one.answers, rule)}};
  const bool has_edge = one.answers.last_device_exit >= 0;
  json["edge_only_j"] = has_edge ? ordered_json(joules(one.answers, {"never", {}, 0, 0})) : ordered_json();
  const CodecAnswers* image = image_codec(one.profile, one.set, "");
  json["cloud_only_j"] = nullptr;
  if (image != nullptr) {
    const NetworkCut cut{"input", image->codec};
    json["cloud_only_j"] = joules(set_answers(one.profile, one.set, &cut), {"always", {}, 0, 0});
    json["cloud_only_codec"] = image->codec;
  }
  return json;
}

/// How well the images are drawn again from what travels, a row a codec of the profile; null with a note
/// where offramp-models or the images are not there.
ordered_json privacy_json(const EvaluationOrder& order, const Evaluated& one) {
  const ScratchFile scratch("privacy");
  std::vector<std::string> arguments{"invert",   one.description.directory.string() + "/",
                                     "--out",    scratch.path(),
                                     "--epochs", fmt::to_string(order.privacy_epochs)};
  for (const SplitPoint& split : one.profile.splits)
    for (const CodecAnswers& codec : split.codecs)
      if (codec.after.empty())
        arguments.insert(arguments.end(), {"--codec", hop_name(split.name, codec.codec)});
  if (!order.privacy_picture.empty()) arguments.insert(arguments.end(), {"--picture", order.privacy_picture});
  if (!order.data.empty()) arguments.insert(arguments.end(), {"--data", order.data});
  return from_models_program(arguments, scratch, "privacy was not measured");
}

ordered_json or_null(const ordered_json& object, const char* key) {
  return object.is_null() ? ordered_json() : object.at(key);
}

}  // namespace

ordered_json evaluate(const EvaluationOrder& order) {
  const ModelDescription model = read_model_description(order.model, fs::current_path());
  if (model.cells) return evaluate_cells(order, model);
  std::optional<NetworkCut> cut;
  if (!order.from.empty()) cut = parse_cut("--from", order.from);
  std::vector<CodecRequest> wanted;
  for (const std::string& text : order.with_codecs) {
    const NetworkCut asked = parse_cut("--codec", text);
    wanted.push_back({asked.split, asked.codec});
  }
  const Evaluated one = open_model(named(order.model), order.set, cut, std::move(wanted));
  const ExitRule rule = rule_for(order, one.description, one.profile.has_routers);
  std::vector<double> temperatures;
  if (order.calibrated) {
    if (one.profile.temperatures.empty())
      throw UserError(
          fmt::format("the profile of {0} has no temperatures; make it again with: offramp profile {0}",
                      one.profile.model));
    temperatures = one.profile.temperatures;
  }
  std::optional<Evaluated> plain;
  if (!one.description.plain.empty()) {
    plain = open_model(read_entry_named_by(one.description, "plain", one.description.plain), order.set,
                       std::nullopt);
    require_same_images(one, *plain);
  }
  const ExitProfile& plain_profile = plain ? plain->profile : one.profile;

  const ExitOutcome outcome = apply_rule(one.answers, rule, temperatures);
  const ordered_json figures = outcome_json({one.profile, one.answers, {}, temperatures}, rule);
  const double flops_plain = plain_flops(plain_profile);
  ordered_json exits = figures["exits"];
  for (std::size_t exit = 0; exit < exits.size(); ++exit) {
    exits[exit]["accuracy_all_images"] = one.answers.accuracy_of(exit);
    exits[exit]["tier"] = static_cast<int>(exit) <= one.answers.last_device_exit ? "edge" : "cloud";
  }
  ordered_json document{
      {"model", one.profile.model},
      {"data", one.profile.dataset},
      {"set", one.set},
      {"images", one.answers.images},
      {"policy", rule_json(rule, order.calibrated)},
      {"from", cut ? ordered_json(cut->split + ":" + cut->codec) : ordered_json()},
      {"plain_model", plain ? ordered_json(plain->profile.model) : ordered_json()},
      {"plain_accuracy",
       plain ? ordered_json(plain->answers.accuracy_of(plain->answers.exits() - 1)) : ordered_json()},
      {"total_accuracy", outcome.accuracy()},
      {"total_accuracy_ci95", interval_json(wilson_interval95(outcome.right(), outcome.images()))},
      {"exits", exits},
      {"edge_share", figures["edge_share"]},
      {"edge_accuracy", figures["edge_accuracy"]},
      {"flops_per_image", figures["flops_per_image"]},
      {"flops_plain", flops_plain},
      {"gain_flops", flops_plain / figures["flops_per_image"].get<double>()},
      {"uplink_bytes_per_image", figures["uplink_bytes_per_image"]},
      {"jpeg_bytes_per_image", nullptr},
      {"segments", segments_json(one.profile)}};
  const std::size_t set = one.profile.set_index(one.set);
  if (const CodecAnswers* jpeg = image_codec(one.profile, one.set, "jpeg")) {
    document["jpeg_bytes_per_image"] = mean_bytes(jpeg->sets[set].coded_bytes);
    document["jpeg_codec"] = jpeg->codec;
  }

  ordered_json& comparisons = document["comparisons"] = ordered_json::array();
  const std::size_t last = one.answers.exits() - 1;
  if (last > 0)
    comparisons.push_back(
        comparison("its final exit alone", outcome, one.answers.last_device_exit, one.answers.correct[last]));
  if (plain)
    comparisons.push_back(comparison(plain->profile.model, outcome, one.answers.last_device_exit,
                                     plain->answers.correct[plain->answers.exits() - 1]));
  if (!order.against.empty()) {
    const OtherAnswers other = answers_against(order, one);
    comparisons.push_back(comparison(other.name, outcome, one.answers.last_device_exit, other.correct));
  }

  ordered_json& devices = document["devices"] = ordered_json::array();
  for (const std::string& name : order.devices)
    devices.push_back(device_json(name, one, plain_profile, rule, temperatures));
  if (order.codecs || !order.with_codecs.empty()) {
    std::vector<DeviceType> types;
    for (const std::string& name : order.devices) types.push_back(read_device_type(name, fs::current_path()));
    document.update(codec_report(one.profile, one.set, types, order.reference));
  }
  if (order.privacy) document["privacy"] = privacy_json(order, one);
  const ordered_json measured = measured_json(order, one.description, rule, temperatures);
  document["gain_cpu"] = or_null(measured, "gain");
  document["measured"] = measured;
  if (!order.answers.empty()) write_answers(order.answers, outcome);
  return document;
}

}  // namespace offramp
