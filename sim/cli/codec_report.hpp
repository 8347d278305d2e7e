#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/device_type.hpp"

namespace offramp {

/// What `offramp evaluate --codecs` says: keys "codecs", "codec_curves" and "fewest_bytes" of
/// analysis/metrics.md.
/// @param set  of the profile's image sets, "test"
/// @param reference  "SPLIT:FAMILY" that curves are held against; empty: "input:jpegQ"
/// @throws UserError for a reference that the profile does not have
nlohmann::ordered_json codec_report(const ExitProfile& profile, const std::string& set,
                                    const std::vector<DeviceType>& devices, const std::string& reference);

/// The same for people.
std::string codec_tables(const nlohmann::ordered_json& evaluation);

/// A codec's name with a letter for the number that turns its rate: "jpegQ", "jxl_dD", "hevc_qpQP", and
/// "intB_..." of what is packed without loss. The name itself where there is none.
std::string codec_family(const std::string& codec);

}  // namespace offramp
