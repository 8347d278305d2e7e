#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// A profile by cells with its numbers: a grid of one row and two columns, an exit before the final one, four
/// frames (the same ones for validation and test). At "exit 0" int8_zstd stands under two masks: entropy
/// below 0.3, and always; at "input" jpeg75.
///
///     frame                        0       1       2       3
///     people                      0 0     1 0     2 3     1 1
///     exit 0 says                 0 0     1 ?     ? 2.5   ? ?      (? : unsure, and left to the cloud)
///        of ?, count and present          .5 yes  1 no    .5 yes, .5 yes
///     final exit, masked          - -     - 0.25  1.5 -   1 0.5    (each right, but absent in 3's second)
struct SmallCells {
  static constexpr std::size_t kFrames = 4;

  std::vector<std::int32_t> people = {0, 0, 1, 0, 2, 3, 1, 1};
  std::vector<float> early = {4, -4, 4, -4, -4, 4, 0, 0.1F, 0.1F, 0, -4, 4, 0, 0.1F, 0, 0.1F};
  std::vector<float> early_counts = {0, 0, 1, 0.5F, 1, 2.5F, 0.5F, 0.5F};
  std::vector<float> last = {4, -4, 4, -4, -4, 4, 4, -4, -4, 4, -4, 4, -4, 4, -4, 4};
  std::vector<float> last_counts = {0, 0, 1, 0, 2, 3, 1, 0.75F};
  std::vector<float> masked = {1, -1, 1, -1, 1, -1, 3, -3, -3, 3, 1, -1, -3, 3, 3, -3};
  std::vector<float> masked_counts = {0, 0, 0, 0.25F, 1.5F, 0, 1, 0.5F};
  std::vector<std::uint32_t> bytes_masked = {10, 100, 120, 300};
  std::vector<std::uint32_t> bytes_of_all = {410, 400, 420, 430};
  std::vector<std::uint32_t> bytes_jpeg = {1000, 1100, 1200, 1300};

  /// The profile, which points into this struct.
  ExitProfile profile() const {
    const auto twice = [](const CodedSet& coded) { return std::vector<CodedSet>{coded, coded}; };
    const CodedSet entropy{bytes_masked, {masked}, {}, {masked_counts}};
    const CodedSet always{bytes_of_all, {last}, {}, {last_counts}};
    const CodedSet jpeg{bytes_jpeg, {early, last}, {}, {early_counts, last_counts}};
    const ImageSet frames{"validation", people, {early, last}, {}, {early_counts, last_counts}, 2};
    ExitProfile made;
    made.model = "tiny_people";
    made.dataset = "no_such_dataset";
    made.num_classes = 2;
    made.cells = CellGrid{1, 2};
    made.masks = {{"entropy", {0.3}}, {kMaskOfAll}};
    made.input = {3, 8, 16};
    made.exits = {{{3, 1e6, 400, 800}, {1, 2e4, 16, 12}}, {{5, 5e6, 700, 900}, {2, 4e4, 32, 24}}};
    made.splits = {{"input", {3, 8, 16}, {{"jpeg75", false, 1e-5, 2e-5, twice(jpeg)}}},
                   {"exit 0",
                    {4, 2, 4},
                    {{"int8_zstd", false, 3e-6, 4e-6, twice(entropy)},
                     {"int8_zstd", false, 6e-6, 8e-6, twice(always)}}}};
    made.splits[0].codecs[0].mask = 1;
    made.splits[1].codecs[0].mask = 0;
    made.splits[1].codecs[1].mask = 1;
    made.sets = {frames, frames};
    made.sets[1].name = "test";
    made.weights_sha256 = std::string(64, 'a');
    made.zstd_s_per_byte = 5e-9;
    return made;
  }
};

}  // namespace offramp
