#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

using Process = ArrivalSpec::Process;

/// What a process is given; registered here, made in sim/workload/arrival_process.cpp.
struct ProcessFields {
  Process process;
  std::vector<std::string> required;
  std::vector<std::string> optional;
};

const std::vector<ProcessFields>& processes() {
  static const std::vector<ProcessFields> all = {
      {Process::periodic, {"rate"}, {"jitter"}}, {Process::poisson, {"rate"}, {}},
      {Process::mmpp, {"states"}, {}},           {Process::trace, {"file", "loop"}, {"offset"}},
      {Process::phases, {"phases"}, {}},
  };
  return all;
}

struct Parameter {
  const char* key;
  const char* example;
};

constexpr std::array kParameters{
    Parameter{"rate", "rate: 2/s"},
    Parameter{"jitter", "jitter: 20ms"},
    Parameter{"states", "states: [{rate: 0.2/s, mean: 60s}, {rate: 5/s, mean: 4s}]"},
    Parameter{"file", "file: door.txt"},
    Parameter{"loop", "loop: 1h"},
    Parameter{"offset", "offset: random"},
    Parameter{"phases", "phases: [{at: 06:00, rate: 2/s}, {at: 20:00, rate: 0.2/s}]"},
};

bool holds(const std::vector<std::string>& keys, const char* key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// What the process does not use is a mistake in a file, but noted and ignored when it or the process came
/// from an override, so that one override can change the process.
void check_unused(const YamlCursor& value, const YamlCursor& process, const ProcessFields& fields,
                  const FieldContext& context) {
  const std::string_view name = arrival_process_name(fields.process);
  if (value.overridden() || process.overridden()) {
    context.notes->push_back(
        fmt::format("{} is ignored: the process {} does not use it", value.path(), name));
    return;
  }
  std::vector<std::string> used = fields.required;
  used.insert(used.end(), fields.optional.begin(), fields.optional.end());
  value.refuse(fmt::format("the process {} does not use this; it uses {}", name, fmt::join(used, ", ")));
}

void read_jitter(const YamlCursor& cursor, ArrivalSpec& arrivals) {
  if (!cursor.read_quantity(arrivals.jitter_s, kDuration, kNotNegative) || arrivals.rate_per_s <= 0) return;
  const double period_s = 1 / arrivals.rate_per_s;
  if (arrivals.jitter_s > period_s)
    cursor.refuse(fmt::format(
        "\"{}\" is more than the period of {}, so that arrivals would overtake each other; "
        "allowed: 0s to {}",
        cursor.node()->text, quantity_text(period_s, kDuration), quantity_text(period_s, kDuration)));
}

bool is_list(const YamlCursor& cursor) { return cursor && cursor.node()->kind == YamlNode::Kind::sequence; }

/// A list of maps that all read without a problem.
template <class Read>
bool read_list(const YamlCursor& cursor, Read read) {
  const std::size_t problems = cursor.problems().size();
  for (const YamlCursor& item : cursor.items()) {
    YamlMap map(item);
    read(item, map);
    map.finish();
  }
  return is_list(cursor) && cursor.problems().size() == problems;
}

void read_states(const YamlCursor& cursor, ArrivalSpec& arrivals) {
  const bool sound = read_list(cursor, [&](const YamlCursor&, YamlMap& map) {
    MmppState& state = arrivals.states.emplace_back();
    map.required("rate", "rate: 5/s").read_quantity(state.rate_per_s, kFrequency, kNotNegative);
    map.required("mean", "mean: 4s").read_quantity(state.mean_s, kDuration, kPositive);
  });
  if (!sound) return;
  if (arrivals.states.size() < 2)
    cursor.refuse(
        fmt::format("{} given; a modulated process has two or more (one alone is the process poisson)",
                    arrivals.states.size() == 1 ? "1 state" : "no state"));
  else if (mean_rate_per_s(arrivals) <= 0)
    cursor.refuse("no state has a rate above 0, so that nothing would ever arrive; give one");
  else
    arrivals.rate_per_s = mean_rate_per_s(arrivals);
}

void read_phases(const YamlCursor& cursor, ArrivalSpec& arrivals) {
  const bool sound = read_list(cursor, [&](const YamlCursor&, YamlMap& map) {
    RatePhase& phase = arrivals.phases.emplace_back();
    const YamlCursor at = map.required("at", "at: 06:00");
    const bool again = arrivals.phases.size() > 1;
    const double before_s = again ? arrivals.phases[arrivals.phases.size() - 2].at_s : 0;
    if (at.read_time_of_day(phase.at_s) && again && phase.at_s <= before_s)
      at.refuse(
          fmt::format("{} is not after {}, when the phase before begins; write the phases of one day in "
                      "their order from 00:00 on (the last lasts until the first of the next day)",
                      time_of_day_text(phase.at_s), time_of_day_text(before_s)));
    map.required("rate", "rate: 2/s").read_quantity(phase.rate_per_s, kFrequency, kNotNegative);
  });
  if (!sound) return;
  if (arrivals.phases.empty())
    cursor.refuse("is empty; give at least one phase, such as {at: 06:00, rate: 2/s}");
  else if (mean_rate_per_s(arrivals) <= 0)
    cursor.refuse("no phase has a rate above 0, so that nothing would ever arrive; give one");
  else
    arrivals.rate_per_s = mean_rate_per_s(arrivals);
}

/// What is wrong in the file is reported at its own lines.
bool read_times(const YamlCursor& cursor, const FieldContext& context, ArrivalTrace& trace) {
  const auto path = read_path(cursor, context, "door.txt");
  if (!path) return false;
  trace.file = *path;
  try {
    trace.times_s = std::make_shared<const std::vector<double>>(read_arrival_times(trace.file));
    return true;
  } catch (const UserError& error) {
    for (const Problem& problem : error.problems()) {
      if (problem.place.line == 0)
        cursor.refuse(fmt::format("{}: {}", problem.place.source, problem.message));
      else
        cursor.problems().push_back(problem);
    }
    return false;
  }
}

void read_trace(const YamlCursor& file, const YamlCursor& loop, const YamlCursor& offset,
                const FieldContext& context, ArrivalSpec& arrivals) {
  ArrivalTrace trace;
  std::string begin = "random";
  const bool has_times = read_times(file, context, trace);
  const bool has_loop = loop.read_quantity(trace.loop_s, kDuration, kPositive);
  offset.read_choice(begin, {"random", "none"});
  trace.random_offset = begin == "random";
  if (!has_times || !has_loop) return;
  if (trace.loop_s <= trace.times_s->back())
    return loop.refuse(fmt::format("\"{}\" ends before the last arrival of {}, at {} s; give more than that",
                                   loop.node()->text, trace.file.filename().string(), trace.times_s->back()));
  arrivals.trace = std::move(trace);
  arrivals.rate_per_s = mean_rate_per_s(arrivals);
}

}  // namespace

ArrivalSpec read_arrivals(const YamlCursor& cursor, const FieldContext& context) {
  ArrivalSpec arrivals;
  YamlMap map(cursor);
  const YamlCursor process = map.required("process", "process: poisson");
  for (const Parameter& parameter : kParameters) map.optional(parameter.key);
  const bool all_known = map.finish();

  std::vector<std::string> names;
  for (const ProcessFields& fields : processes()) names.emplace_back(arrival_process_name(fields.process));
  std::string name;
  if (!process.read_choice(name, names)) return arrivals;
  const ProcessFields& fields =
      processes()[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())];
  arrivals.process = fields.process;

  // What is missing beside an unknown key is probably that key, misspelt: one mistake, told once.
  for (const Parameter& parameter : kParameters) {
    const YamlCursor value = cursor.child(parameter.key);
    const bool required = holds(fields.required, parameter.key);
    if (value && !required && !holds(fields.optional, parameter.key))
      check_unused(value, process, fields, context);
    if (!value && required && all_known)
      cursor.refuse(
          fmt::format("missing key \"{}\"; add for example \"{}\"", parameter.key, parameter.example));
  }
  switch (arrivals.process) {
    case Process::periodic:
      cursor.child("rate").read_quantity(arrivals.rate_per_s, kFrequency, kPositive);
      read_jitter(cursor.child("jitter"), arrivals);
      break;
    case Process::poisson:
      cursor.child("rate").read_quantity(arrivals.rate_per_s, kFrequency, kPositive);
      break;
    case Process::mmpp:
      read_states(cursor.child("states"), arrivals);
      break;
    case Process::trace:
      read_trace(cursor.child("file"), cursor.child("loop"), cursor.child("offset"), context, arrivals);
      break;
    case Process::phases:
      read_phases(cursor.child("phases"), arrivals);
      break;
  }
  return arrivals;
}

}  // namespace offramp
