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

}  // namespace

PeopleSpec read_people(const YamlCursor& cursor, const ModelDescription* model) {
  PeopleSpec people;
  YamlMap map(cursor);
  const YamlCursor replay = map.required("replay", "replay: test");
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
