#include "sim/scenario/arrival_spec.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostProblems = 10;
constexpr std::uintmax_t kLargestFile = 256U << 20;
constexpr const char* kFormat = "one time a line, in seconds since the start, such as 12.5";

/// @return what is wrong with a line; empty when it was read into `at_s`
std::string problem_of(const std::string& line, double before_s, double& at_s) {
  if (line.empty()) return fmt::format("is empty; write {}", kFormat);
  const char* end = line.data() + line.size();
  const auto [stop, code] = std::from_chars(line.data(), end, at_s);
  if (code == std::errc::result_out_of_range)
    return fmt::format("\"{}\" is out of range", line.substr(0, 40));
  if (code != std::errc() || stop != end || !std::isfinite(at_s))
    return fmt::format("\"{}\" is no number; write {}", line.substr(0, 40), kFormat);
  if (at_s < 0) return fmt::format("{} is negative; times count from the start of the file", line);
  if (at_s < before_s) return fmt::format("{} comes after {}; times must not decrease", at_s, before_s);
  return {};
}

double mean_rate(const std::vector<MmppState>& states) {
  double arrivals = 0;
  double cycle_s = 0;
  for (const MmppState& state : states) {
    arrivals += state.rate_per_s * state.mean_s;
    cycle_s += state.mean_s;
  }
  return arrivals / cycle_s;
}

double mean_rate(const std::vector<RatePhase>& phases) {
  double arrivals = 0;
  for (std::size_t p = 0; p < phases.size(); ++p) {
    const double ends_s = p + 1 < phases.size() ? phases[p + 1].at_s : kDayS + phases.front().at_s;
    arrivals += phases[p].rate_per_s * (ends_s - phases[p].at_s);
  }
  return arrivals / kDayS;
}

}  // namespace

std::vector<double> read_arrival_times(const fs::path& file) {
  const std::string name = file.string();
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) throw UserError({name}, "there is no such file");
  if (fs::file_size(file, failed) > kLargestFile) throw UserError({name}, "is larger than 256 MiB");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UserError({name}, "cannot be read; check its permissions");

  std::vector<double> times_s;
  std::vector<Problem> problems;
  std::string line;
  for (int number = 1; std::getline(in, line) && problems.size() < kMostProblems; ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with('#')) continue;
    double at_s = 0;
    std::string problem = problem_of(line, times_s.empty() ? 0 : times_s.back(), at_s);
    if (problem.empty())
      times_s.push_back(at_s);
    else
      problems.push_back({{name, number}, std::move(problem)});
  }
  if (!problems.empty()) throw UserError(std::move(problems));
  if (times_s.empty()) throw UserError({name}, fmt::format("holds no time; write {}", kFormat));
  return times_s;
}

double mean_rate_per_s(const ArrivalSpec& spec) {
  switch (spec.process) {
    case ArrivalSpec::Process::periodic:
    case ArrivalSpec::Process::poisson:
      return spec.rate_per_s;
    case ArrivalSpec::Process::mmpp:
      return mean_rate(spec.states);
    case ArrivalSpec::Process::trace:
      return static_cast<double>(spec.trace->times_s->size()) / spec.trace->loop_s;
    case ArrivalSpec::Process::phases:
      return mean_rate(spec.phases);
  }
  throw std::logic_error("arrival process without a rate");
}

std::string_view arrival_process_name(ArrivalSpec::Process process) {
  switch (process) {
    case ArrivalSpec::Process::periodic:
      return "periodic";
    case ArrivalSpec::Process::poisson:
      return "poisson";
    case ArrivalSpec::Process::mmpp:
      return "mmpp";
    case ArrivalSpec::Process::trace:
      return "trace";
    case ArrivalSpec::Process::phases:
      return "phases";
  }
  throw std::logic_error("arrival process without a name");
}

}  // namespace offramp
