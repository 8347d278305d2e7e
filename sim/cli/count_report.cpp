#include "sim/cli/count_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace offramp {
namespace {

using nlohmann::ordered_json;

/// Shorter series say little about the process behind them.
constexpr double kFewTimes = 10;

double rounded(double value, int digits) { return std::stod(fmt::format("{:.{}g}", value, digits)); }

double times_long(const SeriesFit& fit) { return fit.series->length_s() / fit.people.correlation_time_s; }

std::size_t counted(const CountSeries& series) {
  return series.counts.size() - static_cast<std::size_t>(std::count(
                                    series.counts.begin(), series.counts.end(), CountSeries::kMissing));
}

ordered_json json_of(const PeopleMoments& people) {
  return {{"mean", people.mean},
          {"variance", people.variance},
          {"correlation_time_s", people.correlation_time_s},
          {"cross_camera_correlation", people.cross_camera_correlation},
          {"stay_shape", people.stay_shape}};
}

ordered_json json_of(const PredictedFigure& figure) {
  return {{"median", figure.median}, {"low", figure.low}, {"high", figure.high}};
}

void print_fit(const SeriesFit& fit) {
  const CountSeries& series = *fit.series;
  fmt::print("{}: {} counts over {:.4g} s", series.name, counted(series), series.length_s());
  if (fit.people.correlation_time_s > 0) {
    fmt::print(", {:.3g} correlation times{}\n", times_long(fit),
               times_long(fit) < kFewTimes ? ": short, so that this is rough" : "");
    fmt::print("  # standard errors: mean {:.2g}, variance {:.2g}, correlation time {:.2g} s\n",
               fit.error.mean, fit.error.variance, fit.error.correlation_time_s);
  } else {
    fmt::print(", always the same\n");
  }
  fmt::print("  people: {}\n", people_yaml(fit.people));
}

/// Of one figure over all series.
struct Tally {
  int series = 0;
  int exponential = 0, any_stays = 0, independent = 0;  ///< held
};

void print_check(const SeriesCheck& check, std::map<std::string, Tally>& tallies,
                 std::vector<std::string>& order) {
  fmt::print("{}  fitted to its first half: people: {}\n", check.series, people_yaml(check.exponential));
  fmt::print("  {:<24}{:>12}{:>28}{:>28}{:>12}\n", "", "second half", "predicted, 95 %", "independent, 95 %",
             "first half");
  const auto text = [](const PredictedFigure& figure, double value) {
    return fmt::format("{:.2f} [{:.2f}, {:.2f}]{}", figure.median, figure.low, figure.high,
                       figure.holds(value) ? "  " : " *");
  };
  for (const FigureCheck& figure : check.figures) {
    fmt::print("  {:<24}{:>12.2f}{:>28}{:>28}{:>12}\n", figure.figure, figure.second_half,
               text(figure.exponential, figure.second_half), text(figure.independent, figure.second_half),
               figure.first_half ? fmt::format("{:.2f}", *figure.first_half) : "");
    if (!tallies.contains(figure.figure)) order.push_back(figure.figure);
    Tally& tally = tallies[figure.figure];
    ++tally.series;
    tally.exponential += figure.exponential.holds(figure.second_half) ? 1 : 0;
    tally.any_stays += figure.any_stays.holds(figure.second_half) ? 1 : 0;
    tally.independent += figure.independent.holds(figure.second_half) ? 1 : 0;
  }
}

}  // namespace

CountReport fit_series(const std::vector<CountSeries>& series, Stays stays) {
  CountReport report;
  std::map<std::string, std::vector<const CountSeries*>> scenes;
  for (const CountSeries& one : series) scenes[one.scene].push_back(&one);
  std::map<std::string, double> correlation;
  for (const auto& [scene, cameras] : scenes)
    if (const auto found = cross_camera_correlation(cameras)) {
      report.scenes.push_back({scene, cameras.size(), *found});
      correlation[scene] = std::max(0.0, found->mean);
    }
  for (const CountSeries& one : series) {
    SeriesFit fit{&one, fit_people(one, stays), {}};
    fit.error = fit_errors(one, fit.people, stays, 1);
    if (const auto found = correlation.find(one.scene); found != correlation.end()) {
      PeopleMoments correlated = fit.people;
      correlated.cross_camera_correlation = found->second;
      if (split_count(correlated)) fit.people = correlated;
    }
    report.fits.push_back(fit);
  }
  return report;
}

std::string people_yaml(const PeopleMoments& people) {
  const double mean = rounded(people.mean, 4);
  // Rounding must not take away the variance that a whole number has.
  const double least = std::ceil(least_count_variance(mean) * 1e6) / 1e6;
  std::string text =
      fmt::format("{{mean: {}, variance: {}, correlation_time: {}s", mean,
                  std::max(rounded(people.variance, 4), least), rounded(people.correlation_time_s, 3));
  if (people.cross_camera_correlation > 0)
    text += fmt::format(", cross_camera_correlation: {:.2g}", people.cross_camera_correlation);
  if (people.stay_shape != 1) text += fmt::format(", stay_shape: {}", people.stay_shape);
  return text + "}";
}

void print_fits(const CountReport& report) {
  for (const SeriesFit& fit : report.fits) print_fit(fit);
  for (const SceneFit& scene : report.scenes)
    fmt::print(
        "{}: correlation of two of its {} series at the same time {:.2f} (from {:.2f} to {:.2f} over {} "
        "pairs){}\n",
        scene.scene, scene.cameras, scene.correlation.mean, scene.correlation.least, scene.correlation.most,
        scene.correlation.pairs, scene.correlation.mean < 0 ? ": below 0, so that none is written" : "");
}

void print_fits_json(const CountReport& report) {
  ordered_json series = ordered_json::array(), scenes = ordered_json::array();
  for (const SeriesFit& fit : report.fits) {
    ordered_json error = json_of(fit.error);
    error.erase("cross_camera_correlation");
    const CountMoments sample = moments_of(*fit.series);
    series.push_back({{"series", fit.series->name},
                      {"counts", counted(*fit.series)},
                      {"step_s", fit.series->step_s},
                      {"length_s", fit.series->length_s()},
                      {"sample", {{"mean", sample.mean}, {"variance", sample.variance}}},
                      {"people", json_of(fit.people)},
                      {"standard_error", error},
                      {"yaml", people_yaml(fit.people)}});
  }
  for (const SceneFit& scene : report.scenes)
    scenes.push_back({{"scene", scene.scene},
                      {"cameras", scene.cameras},
                      {"pairs", scene.correlation.pairs},
                      {"mean", scene.correlation.mean},
                      {"least", scene.correlation.least},
                      {"most", scene.correlation.most}});
  fmt::print("{}\n", ordered_json{{"series", series}, {"cross_camera_correlation", scenes}}.dump(2));
}

void print_checks(const std::vector<SeriesCheck>& checks) {
  std::map<std::string, Tally> tallies;
  std::vector<std::string> order;
  for (const SeriesCheck& check : checks) print_check(check, tallies, order);
  fmt::print(
      "\nIn how many series the second half lies within (a * marks the others):\n  {:<24}{:>8}{:>12}{:>20}"
      "{:>14}\n",
      "", "series", "predicted", "with any stays", "independent");
  for (const std::string& figure : order) {
    const Tally& tally = tallies[figure];
    fmt::print("  {:<24}{:>8}{:>12}{:>20}{:>14}\n", figure, tally.series, tally.exponential, tally.any_stays,
               tally.independent);
  }
}

void print_checks_json(const std::vector<SeriesCheck>& checks) {
  ordered_json list = ordered_json::array();
  for (const SeriesCheck& check : checks) {
    ordered_json figures = ordered_json::array();
    for (const FigureCheck& figure : check.figures)
      figures.push_back(
          {{"figure", figure.figure},
           {"second_half", figure.second_half},
           {"first_half", figure.first_half ? ordered_json(*figure.first_half) : ordered_json()},
           {"exponential", json_of(figure.exponential)},
           {"any_stays", json_of(figure.any_stays)},
           {"independent", json_of(figure.independent)}});
    list.push_back({{"series", check.series},
                    {"exponential", json_of(check.exponential)},
                    {"any_stays", json_of(check.any_stays)},
                    {"figures", figures}});
  }
  fmt::print("{}\n", ordered_json{{"checks", list}}.dump(2));
}

}  // namespace offramp
