#pragma once

#include <stdexcept>
#include <string>

#include "sim/record/metric.hpp"

namespace offramp {

/// A metric of one replication by its dotted name.
inline double metric_of(const ReplicationResult& result, const std::string& name) {
  for (const Metric& metric : result.metrics)
    if (metric.name == name) return metric.value;
  throw std::out_of_range("no metric " + name);
}

}  // namespace offramp
