#pragma once

#include <string>
#include <vector>

#include "tests/simulation/lone_station.hpp"

namespace offramp {

/// What theory says about one figure of a station.
struct TheoryFigure {
  std::string name;
  double (*of)(const StationFigures& run);
  double theory;
  double widest_share;  ///< of it: an interval with a larger half says nothing
};

/// A station that queueing theory has an answer for.
struct TheoryCase {
  std::string name;
  LoneStation station;
  std::vector<TheoryFigure> figures;
};

/// M/M/1, M/M/c, M/D/1, M/M/c/c, M/D/1/K and queues with batches, each with its derivation.
std::vector<TheoryCase> theory_cases();

}  // namespace offramp
