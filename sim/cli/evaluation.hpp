#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/policy/exit_policy.hpp"

namespace offramp {

/// What `offramp evaluate` is asked for.
struct EvaluationOrder {
  std::string model;
  std::string from;          ///< "exit 0:int8_zstd"; empty: nothing is coded
  std::string set = "test";  ///< of the profile's image sets
  std::string
      rule;  ///< empty: entropy with the model's own thresholds; of networks with routers, router at 0.5
  std::vector<double> thresholds;
  std::size_t patience = 0;
  std::size_t exit = 0;
  bool calibrated = false;
  std::vector<std::string> devices;
  std::string against;
  std::optional<std::size_t> against_exit;  ///< its answers at this exit alone
  std::string answers;                      ///< CSV file of what becomes of each image; empty: none
  bool codecs = false;
  std::vector<std::string> with_codecs;  ///< "SPLIT:CODEC", profiled when it is missing
  std::string reference;                 ///< "SPLIT:FAMILY" of codec_report
  bool privacy = false;                  ///< trains networks that draw the images from what travels
  std::string privacy_picture;           ///< PNG file of images and what was drawn; empty: none
  std::size_t privacy_epochs = 10;       ///< of each such training
  bool measure = true;
  std::size_t measured_images = 1000;
  std::string data;
};

/// How a network does on images of its profile, with every key of analysis/metrics.md.
/// @throws UserError with what is missing and how to make it
nlohmann::ordered_json evaluate(const EvaluationOrder& order);

/// The same for people.
std::string evaluation_table(const nlohmann::ordered_json& evaluation);

}  // namespace offramp
