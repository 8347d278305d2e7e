#include "sim/cli/codec_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <regex>

#include "analysis/stats/proportion.hpp"
#include "analysis/stats/rate_curve.hpp"
#include "sim/core/error.hpp"
#include "sim/platform/compute_time.hpp"
#include "sim/tuning/set_answers.hpp"

namespace offramp {
namespace {

using nlohmann::ordered_json;

constexpr double kMostLoss = 0.05;  ///< of curves that are compared
constexpr double kAllowedLosses[] = {0.005, 0.01};
constexpr const char* kUsualReference = "input:jpegQ";

double mean_bytes(std::span<const std::uint32_t> bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), 0.0) / static_cast<double>(bytes.size());
}

/// Megabytes of what is coded: a byte a pixel of an image, four an element of a feature.
double uncoded_mb(const SplitPoint& split) {
  return 1e-6 * static_cast<double>(split.shape.elements()) * (split.name == "input" ? 1 : 4);
}

ordered_json devices_json(const CodecAnswers& codec, const ExitProfile& profile,
                          const std::vector<DeviceType>& devices) {
  ordered_json json = ordered_json::array();
  for (const DeviceType& type : devices) {
    const double encode_s = codec_time_s(type, codec.encode_s, profile.zstd_s_per_byte);
    json.push_back({{"type", type.name},
                    {"encode_s", encode_s},
                    {"decode_s", codec_time_s(type, codec.decode_s, profile.zstd_s_per_byte)},
                    {"encode_j", encode_s * type.busy_w}});
  }
  return json;
}

ordered_json codec_json(const ExitProfile& profile, const std::string& set, const SplitPoint& split,
                        const CodecAnswers& codec, const SetAnswers& uncoded,
                        const std::vector<DeviceType>& devices) {
  const NetworkCut cut{split.name, codec.codec};
  const SetAnswers answers = set_answers(profile, set, &cut);
  const std::size_t last = answers.exits() - 1;
  const PairedCounts pairs = count_pairs(uncoded.correct[last], answers.correct[last]);
  const auto interval = paired_difference_interval95(pairs);
  const double mb = uncoded_mb(split);
  ordered_json json{
      {"split", split.name},
      {"codec", codec.codec},
      {"family", codec_family(codec.codec)},
      {"bytes_per_image", mean_bytes(answers.coded_bytes)},
      {"bits_per_element", 8 * mean_bytes(answers.coded_bytes) / static_cast<double>(split.shape.elements())},
      {"accuracy", answers.accuracy_of(last)},
      {"accuracy_f32", uncoded.accuracy_of(last)},
      {"loss", pairs.difference()},
      {"loss_ci95", ordered_json::array({interval.first, interval.second})},
      {"exact", codec.exact},
      {"feature_sqnr_db", codec.sqnr_db ? ordered_json(*codec.sqnr_db) : ordered_json()},
      {"encode_s", codec.encode_s},
      {"decode_s", codec.decode_s},
      {"encode_s_per_mb", codec.encode_s / mb},
      {"decode_s_per_mb", codec.decode_s / mb}};
  if (!devices.empty()) json["devices"] = devices_json(codec, profile, devices);
  return json;
}

struct Curve {
  std::string split, family;
  std::vector<RatePoint> points;

  std::string name() const { return split + ":" + family; }
};

std::vector<Curve> curves_of(const ordered_json& codecs) {
  std::vector<Curve> curves;
  for (const ordered_json& codec : codecs) {
    const Curve wanted{codec["split"], codec["family"], {}};
    auto curve = std::find_if(curves.begin(), curves.end(),
                              [&](const Curve& known) { return known.name() == wanted.name(); });
    if (curve == curves.end()) curve = curves.insert(curves.end(), wanted);
    curve->points.push_back({codec["bytes_per_image"], codec["loss"]});
  }
  std::erase_if(curves, [](const Curve& curve) { return curve.points.size() < 2; });
  return curves;
}

ordered_json curves_json(const std::vector<Curve>& curves, const std::string& reference) {
  const std::string against = reference.empty() ? kUsualReference : reference;
  const auto found =
      std::find_if(curves.begin(), curves.end(), [&](const Curve& curve) { return curve.name() == against; });
  if (found == curves.end() && !reference.empty()) {
    std::vector<std::string> names;
    for (const Curve& curve : curves) names.push_back(curve.name());
    throw UserError(Place{"--reference"},
                    fmt::format("no curve \"{}\"; the profile has {}", reference,
                                names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  ordered_json json = ordered_json::array();
  for (const Curve& curve : curves) {
    std::optional<double> difference;
    if (found != curves.end()) difference = mean_rate_difference(curve.points, found->points, kMostLoss);
    json.push_back({{"split", curve.split},
                    {"family", curve.family},
                    {"points", curve.points.size()},
                    {"reference", found == curves.end() ? ordered_json() : ordered_json(against)},
                    {"mean_rate_difference", difference ? ordered_json(*difference) : ordered_json()}});
  }
  return json;
}

/// The smallest codec of each split that loses no more than that.
ordered_json fewest_json(const ordered_json& codecs, const ExitProfile& profile) {
  ordered_json json = ordered_json::array();
  for (const double allowed : kAllowedLosses)
    for (const SplitPoint& split : profile.splits) {
      const ordered_json* least = nullptr;
      for (const ordered_json& codec : codecs)
        if (codec["split"] == split.name && codec["loss"].get<double>() <= allowed &&
            (least == nullptr || codec["bytes_per_image"] < (*least)["bytes_per_image"]))
          least = &codec;
      if (least == nullptr) continue;
      json.push_back({{"allowed_loss", allowed},
                      {"split", split.name},
                      {"codec", (*least)["codec"]},
                      {"bytes_per_image", (*least)["bytes_per_image"]},
                      {"loss", (*least)["loss"]}});
    }
  return json;
}

std::string fixed(const ordered_json& value, double scale, int decimals) {
  return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>() * scale, decimals);
}

/// Says where cutting the network saves nothing.
std::string image_or_feature(const ordered_json& fewest, double allowed) {
  const ordered_json* image = nullptr;
  const ordered_json* feature = nullptr;
  for (const ordered_json& entry : fewest) {
    if (entry["allowed_loss"] != allowed) continue;
    const ordered_json*& best = entry["split"] == "input" ? image : feature;
    if (best == nullptr || entry["bytes_per_image"] < (*best)["bytes_per_image"]) best = &entry;
  }
  if (image == nullptr || feature == nullptr) return {};
  const double ratio =
      (*feature)["bytes_per_image"].get<double>() / (*image)["bytes_per_image"].get<double>();
  return ratio < 1 ? fmt::format("  the best feature takes {:.2f} of the best image's bytes\n", ratio)
                   : fmt::format(
                         "  the image is smaller than any feature here: the best one takes {:.2f} times its "
                         "bytes\n",
                         ratio);
}

}  // namespace

std::string codec_family(const std::string& codec) {
  static const std::regex turned("^(.*?)(jpeg|jxl_d|hevc_qp|hevc_crf)[0-9.]+$");
  static const std::regex levels("^int[0-9]+(_.*)$");
  std::smatch parts;
  if (std::regex_match(codec, parts, turned)) {
    const std::string what = parts[2];
    return parts[1].str() + what +
           (what == "jpeg"      ? "Q"
            : what == "jxl_d"   ? "D"
            : what == "hevc_qp" ? "QP"
                                : "CRF");
  }
  if (std::regex_match(codec, parts, levels)) return "intB" + parts[1].str();
  return codec;
}

ordered_json codec_report(const ExitProfile& profile, const std::string& set,
                          const std::vector<DeviceType>& devices, const std::string& reference) {
  const SetAnswers uncoded = set_answers(profile, set, nullptr);
  ordered_json codecs = ordered_json::array();
  for (const SplitPoint& split : profile.splits)
    for (const CodecAnswers& codec : split.codecs)
      if (codec.after.empty()) codecs.push_back(codec_json(profile, set, split, codec, uncoded, devices));
  ordered_json curves = curves_json(curves_of(codecs), reference);
  ordered_json fewest = fewest_json(codecs, profile);
  return {{"codecs", std::move(codecs)},
          {"codec_curves", std::move(curves)},
          {"fewest_bytes", std::move(fewest)}};
}

std::string codec_tables(const ordered_json& e) {
  std::string text =
      fmt::format("\n{:<9}{:<34}{:>12}{:>10}{:>11}{:>7}{:>18}{:>15}{:>15}\n", "split", "codec", "bytes/image",
                  "SQNR, dB", "right, %", "lost", "95 %", "encode, ms/MB", "decode, ms/MB");
  for (const ordered_json& codec : e["codecs"])
    text += fmt::format("{:<9}{:<34}{:>12}{:>10}{:>11}{:>7}{:>18}{:>15}{:>15}\n",
                        codec["split"].get<std::string>(), codec["codec"].get<std::string>(),
                        fixed(codec["bytes_per_image"], 1, 1), fixed(codec["feature_sqnr_db"], 1, 1),
                        fixed(codec["accuracy"], 100, 2), fixed(codec["loss"], 100, 2),
                        fixed(codec["loss_ci95"][0], 100, 2) + " to " + fixed(codec["loss_ci95"][1], 100, 2),
                        fixed(codec["encode_s_per_mb"], 1e3, 1), fixed(codec["decode_s_per_mb"], 1e3, 1));
  for (const ordered_json& codec : e["codecs"]) {
    if (!codec.contains("devices")) break;
    for (const ordered_json& device : codec["devices"])
      text +=
          fmt::format("{:<9}{:<34}{}: encodes an image in {} ms, {} mJ\n", codec["split"].get<std::string>(),
                      codec["codec"].get<std::string>(), device["type"].get<std::string>(),
                      fixed(device["encode_s"], 1e3, 3), fixed(device["encode_j"], 1e3, 3));
  }
  for (const double allowed : kAllowedLosses) {
    std::string lines;
    for (const ordered_json& entry : e["fewest_bytes"])
      if (entry["allowed_loss"] == allowed)
        lines += fmt::format("  {:<9}{:<34}{:>12}\n", entry["split"].get<std::string>(),
                             entry["codec"].get<std::string>(), fixed(entry["bytes_per_image"], 1, 1));
    if (!lines.empty())
      text += fmt::format("\nfewest bytes that lose {:.1f} points at most\n", 100 * allowed) + lines +
              image_or_feature(e["fewest_bytes"], allowed);
  }
  std::string curves;
  for (const ordered_json& curve : e["codec_curves"])
    if (!curve["mean_rate_difference"].is_null())
      curves +=
          fmt::format("  {:<9}{:<34}{:>+11.1f} %\n", curve["split"].get<std::string>(),
                      curve["family"].get<std::string>(), 100 * curve["mean_rate_difference"].get<double>());
  if (!curves.empty())
    text += fmt::format("\nmean bytes at equal loss (up to {:.0f} points), against {}\n", 100 * kMostLoss,
                        e["codec_curves"][0]["reference"].get<std::string>()) +
            curves;
  return text;
}

}  // namespace offramp
