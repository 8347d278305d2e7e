#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/cli/cells_evaluation.hpp"
#include "sim/cli/codec_report.hpp"
#include "sim/cli/evaluation.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

std::string number(const ordered_json& value, double scale, int decimals, const char* undefined = "-") {
  return value.is_null() ? undefined : fmt::format("{:.{}f}", value.get<double>() * scale, decimals);
}

std::string percent(const ordered_json& value) { return number(value, 100, 2); }

std::string exits_table(const ordered_json& e) {
  std::string text = fmt::format("{:<14}{:>12}{:>18}{:>16}{:>26}\n", "exit", "answers, %", "and rightly, %",
                                 "of these, %", "right on all images, %");
  for (std::size_t i = 0; i < e["exits"].size(); ++i) {
    const ordered_json& exit = e["exits"][i];
    text += fmt::format("{:<14}{:>12}{:>18}{:>16}{:>26}\n",
                        fmt::format("{} ({})", i, exit["tier"].get<std::string>()), percent(exit["share"]),
                        percent(exit["correct_share"]),
                        exit["accuracy"].is_null() ? "nobody left" : percent(exit["accuracy"]),
                        percent(exit["accuracy_all_images"]));
  }
  return text;
}

std::string segments_table(const ordered_json& e) {
  std::string text = fmt::format("{:<14}{:>10}{:>14}{:>14}{:>20}{:>14}\n", "segment", "MFLOP", "parameters",
                                 "weights, kB", "peak features, kB", "feature, B");
  for (std::size_t i = 0; i < e["segments"].size(); ++i) {
    const ordered_json& segment = e["segments"][i];
    for (const char* piece : {"backbone", "head"}) {
      const ordered_json& cost = segment[piece];
      text +=
          fmt::format("{:<14}{:>10}{:>14}{:>14}{:>20}{:>14}\n", fmt::format("{} {}", piece, i),
                      number(cost["flops"], 1e-6, 3), number(cost["parameters"], 1, 0),
                      number(cost["weight_bytes"], 1e-3, 1), number(cost["peak_activation_bytes"], 1e-3, 1),
                      piece[0] == 'b' ? number(segment["feature_bytes"], 1, 0) : "");
    }
  }
  return text;
}

std::string pairs_line(const char* what, const ordered_json& pairs) {
  if (pairs.is_null()) return {};
  return fmt::format(
      "  {:<22}{:>7} images: {} % against {} %, {:+.2f} points (95 %: {:+.2f} to {:+.2f}; McNemar p = "
      "{:.2g}): {}\n",
      what, pairs["images"].get<std::size_t>(), percent(pairs["accuracy"]),
      percent(pairs["against_accuracy"]), 100 * pairs["difference"].get<double>(),
      100 * pairs["difference_ci95"][0].get<double>(), 100 * pairs["difference_ci95"][1].get<double>(),
      pairs["mcnemar_p"].get<double>(),
      pairs["no_loss"].get<bool>() ? "no loss (within 0.3)" : "a loss of 0.3 is not excluded");
}

std::string devices_table(const ordered_json& e) {
  if (e["devices"].empty()) return {};
  std::string text =
      fmt::format("\n{:<18}{:>11}{:>16}{:>8}{:>16}{:>16}{:>16}\n", "by device model", "plain, ms",
                  "early exit, ms", "gain", "early exit, mJ", "edge-only, mJ", "cloud-only, mJ");
  for (const ordered_json& device : e["devices"])
    text += fmt::format("{:<18}{:>11}{:>16}{:>8}{:>16}{:>16}{:>16}\n", device["type"].get<std::string>(),
                        number(device["plain_s"], 1e3, 3), number(device["early_exit_s"], 1e3, 3),
                        number(device["gain"], 1, 2), number(device["early_exit_j"], 1e3, 3),
                        number(device["edge_only_j"], 1e3, 3), number(device["cloud_only_j"], 1e3, 3));
  return text;
}

std::string measured_text(const ordered_json& measured) {
  if (measured.is_null()) return {};
  return fmt::format(
      "\nmeasured here, batch 1, one thread, {} images, {}:\n  plain {} ms, early exit {} ms: gain {} "
      "(rounds {} to "
      "{})\n",
      measured["images"].get<std::size_t>(), measured["how"].get<std::string>(),
      number(measured["plain_s"], 1e3, 4), number(measured["early_exit_s"], 1e3, 4),
      number(measured["gain"], 1, 2), number(measured["gain_lowest"], 1, 2),
      number(measured["gain_highest"], 1, 2));
}

std::string privacy_table(const ordered_json& privacy) {
  if (privacy.is_null()) return {};
  std::string text = "\nthe image drawn again from what travels\n";
  for (const ordered_json& one : privacy)
    text += fmt::format("  {:<9}{:<34}PSNR {:>6} dB   SSIM {}{}\n", one["split"].get<std::string>(),
                        one["codec"].get<std::string>(), number(one["psnr_db"], 1, 2, "inf"),
                        number(one["ssim"], 1, 4), one["trained"].get<bool>() ? "" : "   (it is the image)");
  return text;
}

}  // namespace

std::string evaluation_table(const ordered_json& e) {
  if (e.contains("cells")) return cells_evaluation_table(e) + measured_text(e["measured"]);
  std::string text = fmt::format("{} on {} {} images of {}, by {}\n\n", e["model"].get<std::string>(),
                                 e["images"].get<std::size_t>(), e["set"].get<std::string>(),
                                 e["data"].get<std::string>(), e["policy"].dump());
  text += exits_table(e);
  text += fmt::format("\ntotal accuracy {} % (95 %, Wilson: {} to {})", percent(e["total_accuracy"]),
                      percent(e["total_accuracy_ci95"][0]), percent(e["total_accuracy_ci95"][1]));
  if (!e["plain_model"].is_null())
    text += fmt::format("; {} {} %", e["plain_model"].get<std::string>(), percent(e["plain_accuracy"]));
  text += fmt::format("\nat the edge {} % of images, {} % of these right\n", percent(e["edge_share"]),
                      percent(e["edge_accuracy"]));
  text += fmt::format("{} MFLOP an image, plain {}: gain {}\n", number(e["flops_per_image"], 1e-6, 3),
                      number(e["flops_plain"], 1e-6, 3), number(e["gain_flops"], 1, 2));
  if (!e["uplink_bytes_per_image"].is_null())
    text += fmt::format("{} B an image on the uplink\n", number(e["uplink_bytes_per_image"], 1, 1));
  if (!e["jpeg_bytes_per_image"].is_null())
    text += fmt::format("{} B an image as {}\n", number(e["jpeg_bytes_per_image"], 1, 1),
                        e["jpeg_codec"].get<std::string>());
  for (const ordered_json& comparison : e["comparisons"])
    text += fmt::format("\nagainst {}\n", comparison["against"].get<std::string>()) +
            pairs_line("all", comparison["all"]) +
            pairs_line("answered at the edge", comparison["answered_at_edge"]);
  text += fmt::format("\n{}{}", segments_table(e), devices_table(e));
  if (e.contains("codecs")) text += codec_tables(e);
  if (e.contains("privacy")) text += privacy_table(e["privacy"]);
  return text + measured_text(e["measured"]);
}

}  // namespace offramp
