#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// Where a network is cut: exits up to the split are asked on the device, later ones beyond the network on
/// what the codec delivers.
struct NetworkCut {
  std::string split;  ///< "input" or "exit K"
  std::string codec;
};

/// What every exit of a profile says of one image set, each where it runs.
struct SetAnswers {
  std::size_t images = 0;
  std::size_t classes = 0;
  int last_device_exit = 0;  ///< exits 0 .. this one run on the device; -1: none does
  std::span<const std::int32_t> labels;
  std::vector<std::span<const float>> logits;      ///< [exits], each [images, classes]
  std::vector<std::span<const float>> routers;     ///< [exits - 1], each [images]; empty without routers
  std::vector<std::vector<std::uint8_t>> correct;  ///< [exits][images]
  std::span<const std::uint32_t> coded_bytes;      ///< [images], of what crosses the cut; empty: no cut
  double encode_s = 0, decode_s = 0;               ///< on the machine that profiled

  std::size_t exits() const { return logits.size(); }
  /// Share of images that an exit names right, if all leave there.
  double accuracy_of(std::size_t exit) const;
};

/// @param cut  null: nothing is coded, and all exits but the final one count as the device's
/// @throws UserError when the profile lacks the set, the split or the codec
SetAnswers set_answers(const ExitProfile& profile, const std::string& set, const NetworkCut* cut);

}  // namespace offramp
