#include "sim/cli/cells_evaluation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "analysis/stats/average_precision.hpp"
#include "analysis/stats/block_bootstrap.hpp"
#include "sim/cli/child_program.hpp"
#include "sim/cli/codec_report.hpp"
#include "sim/cli/evaluation_parts.hpp"
#include "sim/cli/rule_report.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/cli/scratch_file.hpp"
#include "sim/core/error.hpp"
#include "sim/tuning/cells_outcome.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kTimedFrames = 40;  // at most: one takes some hundred times as long as a small picture

ordered_json or_null(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

void refuse_what_cells_lack(const EvaluationOrder& order, const ModelDescription& model) {
  const auto refuse = [&](bool asked, const char* option) {
    if (asked)
      throw UserError(Place{option},
                      fmt::format("{} answers by cells; this is for classes of images", model.name));
  };
  refuse(order.calibrated, "--calibrated");
  refuse(!order.against.empty(), "--against");
  refuse(!order.answers.empty(), "--answers");
  refuse(order.privacy, "--privacy");
  refuse(!order.reference.empty(), "--reference");
}

/// What the network says of frames that it has not seen: those of the folder that was named.
ExitProfile profile_of_data(const EvaluationOrder& order, const ModelDescription& model,
                            const std::vector<CodecRequest>& wanted) {
  const ScratchFile scratch("profile");
  std::vector<std::string> arguments{
      "profile", model.directory.string() + "/", "--force", "--data", order.data, "--out", scratch.path()};
  for (const CodecRequest& request : wanted) arguments.insert(arguments.end(), {"--codec", request.text()});
  const std::string rule = order.rule.empty() ? "entropy" : order.rule;
  std::string mask;
  if (!order.thresholds.empty()) mask = fmt::format("{}:{}", rule, fmt::join(order.thresholds, ","));
  if (order.patience > 0) mask = fmt::format("{}:{}", rule, order.patience);
  if (!mask.empty()) arguments.insert(arguments.end(), {"--mask", mask, "--mask", kMaskOfAll});
  const int code = run_child_program(models_program(), arguments);
  if (code == 2) throw UserError("profiling failed; the cause is above");
  if (code != 0) throw std::runtime_error(fmt::format("offramp-models ended with code {}", code));
  return read_exit_profile(scratch.path());
}

/// Errors of the same frames, answered two ways: the mean difference, in people.
ordered_json difference_json(const CellsOutcome& one, const CellsOutcome& other) {
  std::vector<double> difference = one.errors();
  const std::vector<double> errors = other.errors();
  for (std::size_t frame = 0; frame < difference.size(); ++frame) difference[frame] -= errors[frame];
  const SeriesMean mean = block_bootstrap(difference);
  return {{"people", mean.mean}, {"ci95", interval_json(mean.ci95)}, {"block_frames", mean.block}};
}

/// count_mae, its interval, cell_f1 and cell_average_precision.
ordered_json figures_json(const CellsOutcome& outcome) {
  const SeriesMean error = block_bootstrap(outcome.errors());
  return {{"count_mae", error.mean},
          {"count_mae_ci95", interval_json(error.ci95)},
          {"block_frames", error.block},
          {"cell_f1", or_null(outcome.tally().cell_f1())},
          {"cell_average_precision", or_null(average_precision(outcome.sureness, outcome.present))}};
}

/// A codec under a mask: what it costs, and what the frames' answers are worth by the mask's rule.
ordered_json coded_json(const ExitProfile& profile, const std::string& set, const SplitPoint& split,
                        const CodecAnswers& codec, const CellsOutcome& by_cloud) {
  const ExitRule rule = rule_of(profile.masks[*codec.mask]);
  const NetworkCut cut{split.name, codec.codec};
  const CellsOutcome outcome = apply_rule_to_cells(profile, set, &cut, rule);
  ordered_json json{{"split", split.name},
                    {"codec", codec.codec},
                    {"family", codec_family(codec.codec)},
                    {"policy", rule_json(rule, false)},
                    {"cloud_cell_ratio", outcome.share_left()},
                    {"bytes_per_frame", outcome.bytes_a_frame()}};
  json.update(figures_json(outcome));
  json["count_mae_difference"] = difference_json(outcome, by_cloud);
  json["exact"] = codec.exact;
  json["feature_sqnr_db"] = or_null(codec.sqnr_db);
  json["encode_s"] = codec.encode_s;
  json["decode_s"] = codec.decode_s;
  return json;
}

ordered_json codecs_json(const ExitProfile& profile, const std::string& set, const CellsOutcome& by_cloud) {
  ordered_json codecs = ordered_json::array();
  for (const SplitPoint& split : profile.splits)
    for (const CodecAnswers& codec : split.codecs)
      codecs.push_back(coded_json(profile, set, split, codec, by_cloud));
  return codecs;
}

/// The smallest way to send whole frames in pictures of a family from which the final exit counts no worse
/// than this; null where there is none.
ordered_json smallest_picture(const ordered_json& codecs, std::string_view family, double count_mae) {
  ordered_json smallest;
  for (const ordered_json& codec : codecs)
    if (codec["split"] == "input" && codec["codec"].get<std::string>().starts_with(family) &&
        codec["count_mae"].get<double>() <= count_mae &&
        (smallest.is_null() || codec["bytes_per_frame"] < smallest["bytes_per_frame"]))
      smallest = codec;
  return smallest;
}

std::string number(const ordered_json& value, double scale, int decimals) {
  return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>() * scale, decimals);
}

std::string interval(const ordered_json& ci95, int decimals) {
  return fmt::format("{:.{}f} to {:.{}f}", ci95[0].get<double>(), decimals, ci95[1].get<double>(), decimals);
}

std::string policy_text(const ordered_json& policy) {
  std::string text = policy["rule"];
  for (const char* key : {"thresholds_nats", "thresholds"})
    if (policy.contains(key))
      for (const ordered_json& threshold : policy[key])
        text += fmt::format(" {:.4g}", threshold.get<double>());
  if (policy.contains("patience")) text += fmt::format(" {}", policy["patience"].get<std::size_t>());
  return text;
}

std::string codecs_table(const ordered_json& codecs) {
  std::string text = fmt::format("\n{:<8}{:<28}{:<28}{:>8}{:>12}{:>10}{:>8}   {}\n", "split", "codec", "mask",
                                 "r", "B a frame", "people", "F1", "off all-cloud (95 %)");
  for (const ordered_json& codec : codecs)
    text += fmt::format("{:<8}{:<28}{:<28}{:>8}{:>12}{:>10}{:>8}   {:+.3f} ({})\n",
                        codec["split"].get<std::string>(), codec["codec"].get<std::string>(),
                        policy_text(codec["policy"]), number(codec["cloud_cell_ratio"], 1, 4),
                        number(codec["bytes_per_frame"], 1, 1), number(codec["count_mae"], 1, 3),
                        number(codec["cell_f1"], 1, 4), codec["count_mae_difference"]["people"].get<double>(),
                        interval(codec["count_mae_difference"]["ci95"], 3));
  return text;
}

}  // namespace

ordered_json evaluate_cells(const EvaluationOrder& order, const ModelDescription& model) {
  refuse_what_cells_lack(order, model);
  std::optional<NetworkCut> cut;
  std::vector<CodecRequest> wanted;
  if (!order.from.empty()) {
    cut = parse_cut("--from", order.from);
    wanted.push_back({cut->split, cut->codec});
  }
  for (const std::string& text : order.with_codecs) {
    const NetworkCut asked = parse_cut("--codec", text);
    wanted.push_back({asked.split, asked.codec});
  }
  const ExitProfile profile =
      order.data.empty() ? profile_for(model.directory, wanted) : profile_of_data(order, model, wanted);
  if (!profile.cells)
    throw UserError(
        fmt::format("model.yaml of {} says cells, but its profile has none; make it again with: offramp "
                    "profile {}",
                    model.name, model.name));
  const ExitRule rule = rule_for(order, model, false);
  const CellsOutcome outcome = apply_rule_to_cells(profile, order.set, cut ? &*cut : nullptr, rule);
  const std::size_t last = profile.exits.size() - 1;
  const CellsOutcome by_cloud = apply_rule_to_cells(profile, order.set, nullptr, {"fixed", {}, last, 0});

  const double flops_plain = plain_flops(profile);
  ordered_json document{{"model", profile.model},
                        {"data", profile.dataset},
                        {"set", order.set},
                        {"images", outcome.frames.size()},
                        {"cells", {{"rows", profile.cells->rows}, {"columns", profile.cells->columns}}},
                        {"policy", rule_json(rule, false)},
                        {"from", cut ? ordered_json(cut->split + ":" + cut->codec) : ordered_json()}};
  document.update(figures_json(outcome));
  document["count_mae_cloud"] = by_cloud.tally().count_mae().value();
  document["count_mae_difference"] = difference_json(outcome, by_cloud);
  document["cloud_cell_ratio"] = outcome.share_left();
  document["edge_share"] = 1 - outcome.share_left();
  document["bytes_per_frame"] = cut ? ordered_json(outcome.bytes_a_frame()) : ordered_json();

  const ordered_json codecs = codecs_json(profile, order.set, by_cloud);
  for (const auto& [key, family] : {std::pair{"jpeg", "jpeg"}, std::pair{"video", "hevc"}}) {
    const ordered_json smallest = smallest_picture(codecs, family, document["count_mae"].get<double>());
    document[fmt::format("{}_bytes_per_frame", key)] =
        smallest.is_null() ? ordered_json() : smallest["bytes_per_frame"];
    document[fmt::format("{}_codec", key)] = smallest.is_null() ? ordered_json() : smallest["codec"];
  }

  ordered_json& exits = document["exits"] = ordered_json::array();
  const int last_device_exit = cut ? last_exit_before(cut->split) : static_cast<int>(last) - 1;
  for (std::size_t exit = 0; exit <= last; ++exit) {
    ordered_json figures{{"share", outcome.share_of(exit)},
                         {"tier", static_cast<int>(exit) <= last_device_exit ? "edge" : "cloud"}};
    figures.update(figures_json(apply_rule_to_cells(profile, order.set, nullptr, {"fixed", {}, exit, 0})));
    exits.push_back(std::move(figures));
  }
  document["flops_per_image"] = outcome.flops_a_frame;
  document["flops_plain"] = flops_plain;
  document["gain_flops"] = flops_plain / outcome.flops_a_frame;
  document["segments"] = segments_json(profile);
  document["codecs"] = codecs;
  EvaluationOrder timed = order;
  timed.measured_images = std::min(order.measured_images, kTimedFrames);
  const ordered_json measured = measured_json(timed, model, rule, {});
  document["gain_cpu"] = measured.is_null() ? ordered_json() : measured["gain"];
  document["measured"] = measured;
  return document;
}

std::string cells_evaluation_table(const ordered_json& e) {
  std::string text =
      fmt::format("{} on {} {} frames of {}, {}x{} cells, by {}{}\n\n", e["model"].get<std::string>(),
                  e["images"].get<std::size_t>(), e["set"].get<std::string>(), e["data"].get<std::string>(),
                  e["cells"]["rows"].get<std::size_t>(), e["cells"]["columns"].get<std::size_t>(),
                  policy_text(e["policy"]), e["from"].is_null() ? "" : ", " + e["from"].get<std::string>());
  text += fmt::format("{:<14}{:>12}   alone: {:>14}{:>22}{:>10}{:>22}\n", "exit", "cells, %", "people off",
                      "(95 %)", "F1", "average precision");
  for (std::size_t i = 0; i < e["exits"].size(); ++i) {
    const ordered_json& exit = e["exits"][i];
    text +=
        fmt::format("{:<14}{:>12}          {:>14}{:>22}{:>10}{:>22}\n",
                    fmt::format("{} ({})", i, exit["tier"].get<std::string>()), number(exit["share"], 100, 2),
                    number(exit["count_mae"], 1, 3), interval(exit["count_mae_ci95"], 3),
                    number(exit["cell_f1"], 1, 4), number(exit["cell_average_precision"], 1, 4));
  }
  text += fmt::format("\npeople off a frame {} ({}; blocks of {} frames), all by the final exit {}\n",
                      number(e["count_mae"], 1, 3), interval(e["count_mae_ci95"], 3),
                      e["block_frames"].get<std::size_t>(), number(e["count_mae_cloud"], 1, 3));
  const ordered_json& difference = e["count_mae_difference"];
  text +=
      fmt::format("  frame by frame {:+.3f} ({}; blocks of {} frames)\n", difference["people"].get<double>(),
                  interval(difference["ci95"], 3), difference["block_frames"].get<std::size_t>());
  text +=
      fmt::format("cells: F1 {}, average precision {}; left to the cloud {} %\n", number(e["cell_f1"], 1, 4),
                  number(e["cell_average_precision"], 1, 4), number(e["cloud_cell_ratio"], 100, 2));
  if (!e["bytes_per_frame"].is_null())
    text += fmt::format("{} B a frame\n", number(e["bytes_per_frame"], 1, 1));
  for (const char* key : {"jpeg", "video"})
    if (const ordered_json& codec = e[fmt::format("{}_codec", key)]; !codec.is_null())
      text += fmt::format("{} B a frame as {}, from which the final exit counts no worse\n",
                          number(e[fmt::format("{}_bytes_per_frame", key)], 1, 1), codec.get<std::string>());
  text +=
      fmt::format("{} MFLOP a frame, without branches {}: gain {}\n", number(e["flops_per_image"], 1e-6, 1),
                  number(e["flops_plain"], 1e-6, 1), number(e["gain_flops"], 1, 2));
  return text + codecs_table(e["codecs"]);
}

}  // namespace offramp
