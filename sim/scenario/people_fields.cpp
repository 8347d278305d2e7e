#include <fmt/format.h>

#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

/// @return false, told at the cursor, when the network says a class of the image as a whole
bool answers_by_cells(const YamlCursor& cursor, const ModelDescription* model) {
  if (model == nullptr || model->cells) return true;
  cursor.refuse(fmt::format(
      "{} names one class for an image; this is for a network that answers by cells (\"cells: [7, 7]\" "
      "in its model.yaml)",
      model->name));
  return false;
}

constexpr const char* kMomentKeys[] = {"mean", "variance", "correlation_time", "cross_camera_correlation",
                                       "stay_shape"};
/// Group sizes of a count process are whole numbers of 32 bits.
constexpr double kMostPeople = 1e5, kMostDispersion = 1e4;

/// What the four numbers are together.
void check_moments(const PeopleMoments& people, const YamlCursor& variance, const YamlCursor& correlation,
                   const YamlCursor& shape) {
  const double least = least_count_variance(people.mean);
  if (people.variance < least - 1e-9)
    variance.refuse(
        fmt::format("\"{}\" is less than whole numbers with a mean of {} can have; allowed: {:.4g} "
                    "(their fraction times one less it) and more",
                    variance.node()->text, people.mean, least));
  else if (people.variance > kMostDispersion * people.mean)
    variance.refuse(fmt::format("\"{}\" is out of range; allowed: up to {} times the mean",
                                variance.node()->text, kMostDispersion));
  else if (people.stay_shape != 1 && people.variance < people.mean)
    shape.refuse(fmt::format("\"{}\" needs a variance of at least the mean; below it the shape is 1",
                             shape.node()->text));
  else if (people.cross_camera_correlation > 0 && people.correlation_time_s == 0)
    correlation.refuse(
        "needs a correlation_time above 0s: frames that are independent of each other have nothing "
        "in common with another camera's");
  else if (!split_count(people))
    correlation.refuse(
        fmt::format("\"{}\" cannot be had: with a mean of {} a variance of {} is so near the least "
                    "of whole numbers that no part of it can be shared; give 0, or a larger variance",
                    correlation.node()->text, people.mean, people.variance));
}

std::optional<PeopleMoments> read_moments(YamlMap& map) {
  PeopleMoments people;
  const YamlCursor mean = map.required("mean", "mean: 30.5");
  const YamlCursor variance = map.required("variance", "variance: 58.6");
  const YamlCursor time = map.required("correlation_time", "correlation_time: 29s");
  const YamlCursor correlation = map.optional("cross_camera_correlation");
  const YamlCursor shape = map.optional("stay_shape");
  bool sound = mean.read_number(people.mean, {0, true, kMostPeople});
  sound = variance.read_number(people.variance, kNotNegative) && sound;
  sound = time.read_quantity(people.correlation_time_s, kDuration, kNotNegative) && sound;
  if (correlation) sound = correlation.read_share(people.cross_camera_correlation, {0, true, 1}) && sound;
  if (shape) sound = shape.read_number(people.stay_shape, {kLeastStayShape, true, kMostStayShape}) && sound;
  if (!sound) return {};
  const std::size_t problems = mean.problems().size();
  check_moments(people, variance, correlation, shape);
  return mean.problems().size() == problems ? std::optional(people) : std::nullopt;
}

}  // namespace

PeopleSpec read_people(const YamlCursor& cursor, const ModelDescription* model) {
  PeopleSpec people;
  YamlMap map(cursor);
  const YamlCursor replay = map.optional("replay");
  if (replay) {
    for (const char* key : kMomentKeys)
      if (const YamlCursor other = map.optional(key))
        other.refuse(
            "cannot stand beside replay, which shows the frames in their order; leave out one of the two");
  } else {
    people.moments = read_moments(map);
  }
  map.finish();
  if (answers_by_cells(cursor, model)) replay.read_text(people.replay, "test");
  return people;
}

std::optional<double> read_cell_ratio(const YamlCursor& cursor, const DeviceGroup& group,
                                      const ModelDescription* model) {
  double ratio = 0;
  YamlMap map(cursor);
  const bool there = map.required("ratio", "ratio: 0.2").read_share(ratio, {0, true, 1});
  map.finish();
  if (!answers_by_cells(cursor, model)) return std::nullopt;
  if (!group.offload || group.offload->from == "input") {
    cursor.refuse(
        "is the share of the cells of a feature that is sent, so that the group needs an offload from an "
        "exit, for "
        "example \"offload: {from: exit 0, codec: int8_zstd}\"");
    return std::nullopt;
  }
  if (group.policy.rule == "never" || group.policy.rule == "fixed" || group.adapt || group.offload->onward) {
    cursor.refuse(fmt::format("says what is sent, and so does {}; leave out one of the two",
                              group.adapt             ? "adapt"
                              : group.offload->onward ? "a second hop"
                                                      : "the rule " + group.policy.rule));
    return std::nullopt;
  }
  return there ? std::optional(ratio) : std::nullopt;
}

}  // namespace offramp
