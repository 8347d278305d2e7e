#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/profile/safetensors.hpp"

namespace offramp {

/// The names of a profile's tensors in its file; see write_exit_profile.
std::string labels_name(const std::string& set);
std::string logits_name(const std::string& set, std::size_t exit);
std::string router_name(const std::string& set, std::size_t exit);
std::string counts_name(const std::string& set, std::size_t exit);
std::string coded_bytes_name(const std::string& set, const std::string& split, const std::string& codec);
std::string coded_logits_name(const std::string& set, const std::string& split, const std::string& codec,
                              std::size_t exit);
std::string coded_router_name(const std::string& set, const std::string& split, const std::string& codec,
                              std::size_t exit);

std::string coded_counts_name(const std::string& set, const std::string& split, const std::string& codec,
                              std::size_t exit);

/// The shape of a set's labels and counts, and of its logits.
std::vector<std::int64_t> label_shape(const ExitProfile& profile, std::int64_t images);
std::vector<std::int64_t> logit_shape(const ExitProfile& profile, std::int64_t images);

/// SHA-256 over all that a profile's file says: its document, and of each tensor name, type, shape and
/// numbers; whatever their order in the file.
std::string content_sha256(const std::string& document, const std::vector<TensorView>& tensors);

/// Labels within the classes, or counts of people; logits and routers finite; counts not negative; over all
/// tensors, whose sizes are right already.
/// @throws BadDocument
void check_answers(const ExitProfile& profile);

}  // namespace offramp
