#pragma once

#include <string>

namespace offramp::validation {

/// How long SimGrid itself takes for one message over one link, by its network model: "LV08" is its default,
/// "CM02" the plain flow model. In a process of its own.
double simgrid_transfer_s(const std::string& model, double bytes_per_s, double latency_s, double bytes);

}  // namespace offramp::validation
