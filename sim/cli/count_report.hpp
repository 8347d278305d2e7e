#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/workload/count_prediction.hpp"

namespace offramp {

struct SeriesFit {
  const CountSeries* series = nullptr;
  PeopleMoments people;  ///< with the correlation of its scene's cameras, where there is one that it can have
  PeopleMoments error;   ///< standard errors
};

struct SceneFit {
  std::string scene;
  std::size_t cameras = 0;
  CrossCamera correlation;
};

struct CountReport {
  std::vector<SeriesFit> fits;
  std::vector<SceneFit> scenes;  ///< where more than one camera saw the same time
};

/// @param series  must outlive the report
CountReport fit_series(const std::vector<CountSeries>& series, Stays stays);

/// "{mean: 30.55, variance: 55.8, correlation_time: 25s}", as a scenario has it.
std::string people_yaml(const PeopleMoments& people);

// Each prints to standard output.
void print_fits(const CountReport& report);
void print_fits_json(const CountReport& report);
void print_checks(const std::vector<SeriesCheck>& checks);
void print_checks_json(const std::vector<SeriesCheck>& checks);

}  // namespace offramp
