#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// A profile of two exits, two sets (3 and 2 images) and two classes, with its numbers. It has the
/// splits "input" (an exact and a lossy codec) and "exit 0" (a lossy one).
struct SmallProfile {
  std::vector<std::int32_t> validation_labels = {0, 1, 1};
  std::vector<std::int32_t> test_labels = {1, 0};
  std::vector<float> validation_logits = {2, -1, 0.5F, 0.25F, -3, 3};
  std::vector<float> test_logits = {0, 1, 1, 0};
  std::vector<float> coded_validation_logits = {1.5F, -1, 0.5F, 0.5F, -2, 3};
  std::vector<float> coded_test_logits = {0.25F, 1, 1, 0.125F};
  std::vector<std::uint32_t> validation_bytes = {100, 90, 110};
  std::vector<std::uint32_t> test_bytes = {95, 4000000000U};

  /// The profile, which points into this struct.
  ExitProfile profile() const {
    const std::vector<CodedSet> exact = {{validation_bytes, {}}, {test_bytes, {}}};
    const std::vector<CodedSet> before_both = {
        {validation_bytes, {coded_validation_logits, validation_logits}},
        {test_bytes, {coded_test_logits, test_logits}}};
    const std::vector<CodedSet> before_last = {{validation_bytes, {coded_validation_logits}},
                                               {test_bytes, {coded_test_logits}}};
    ExitProfile made;
    made.model = "tiny";
    made.dataset = "no_such_dataset";
    made.num_classes = 2;
    made.input = {1, 4, 4};
    made.exits = {{{3, 1000, 400, 800}, {1, 20, 16, 12}}, {{5, 2500.5, 700, 900}, {2, 40, 32, 24}}};
    made.splits = {{"input",
                    {1, 4, 4},
                    {{"raw_u8", true, 1e-6, 2e-6, exact}, {"jpeg75", false, 1e-5, 2e-5, before_both}}},
                   {"exit 0", {2, 2, 2}, {{"int8_zstd", false, 3e-6, 4e-6, before_last}}}};
    made.sets = {{"validation", validation_labels, {validation_logits, validation_logits}},
                 {"test", test_labels, {test_logits, test_logits}}};
    made.weights_sha256 = std::string(64, 'a');
    made.data_files = {{"images.gz", std::string(64, 'b')}};
    made.zstd_s_per_byte = 5e-9;
    return made;
  }
};

}  // namespace offramp
