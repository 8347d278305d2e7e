#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/platform/device_fit.hpp"

namespace offramp {

/// Reads the rows of one machine from a file of measured times:
///
///     machine,network,piece,milliseconds
///     a1.medium,resnet20,0,0.643          a segment of the network's layer plan, run alone
///     a1.medium,resnet20,whole,16.87      the network in one go
///
/// A whole network weighs as much as all pieces together. Lines that begin with # are comments.
/// @throws UserError with the line of each mistake, or with the machines there are
std::vector<Measurement> read_measurements(const std::filesystem::path& file, const std::string& machine);

}  // namespace offramp
