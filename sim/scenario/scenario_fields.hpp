#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/scenario/yaml_map.hpp"

namespace offramp {

/// What the readers of a scenario's parts share besides the document.
struct FieldContext {
  std::filesystem::path base;       ///< folder that files are named from
  std::vector<std::string>* notes;  ///< what is ignored, for people
  bool has_deadline = false;        ///< whether the scenario has one
};

/// Reads and checks every field of a scenario, comparisons included (their names and keys; whether
/// what they set fits is checked by read_scenario). Problems go to the cursor's list.
Scenario read_scenario_fields(const YamlCursor& root, const FieldContext& context);

NetworkSpec read_network(const YamlCursor& cursor, const FieldContext& context);
CloudSpec read_cloud(const YamlCursor& cursor, const FieldContext& context);
std::vector<DeviceGroup> read_device_groups(const YamlCursor& cursor, const NetworkSpec& network,
                                            const FieldContext& context);
std::vector<OutageSpec> read_outages(const YamlCursor& cursor, const NetworkSpec& network,
                                     const std::vector<DeviceGroup>& groups);
std::vector<ComparisonSpec> read_comparisons(const YamlCursor& cursor);

/// Reads an arrival process and its parameters; a trace's file as well.
ArrivalSpec read_arrivals(const YamlCursor& cursor, const FieldContext& context);

/// Reads the rule of a group and its parameters against the group's model.
/// @param model  null when it could not be read: then only what does not depend on it is checked
PolicySpec read_policy(const YamlCursor& cursor, const ModelDescription* model, const FieldContext& context);
/// Reads one hop, or a list of up to two: to a gateway that computes, and from there to the cloud.
/// @param rule              the group's rule; empty when it could not be read
/// @param gateway_computes  whether the network has such gateways
OffloadSpec read_offload(const YamlCursor& cursor, const ModelDescription* model, const std::string& rule,
                         bool gateway_computes);
/// Reads what a group changes to at run time.
/// @param group  with its own policy and offload
AdaptSpec read_adapt(const YamlCursor& cursor, const DeviceGroup& group, const ModelDescription* model,
                     const NetworkSpec& network, const FieldContext& context);

/// Reads which frames a group's cameras show.
/// @param model  null when it could not be read
PeopleSpec read_people(const YamlCursor& cursor, const ModelDescription* model);
/// Reads the share of cells that a group sends, whatever its network decided.
/// @param group  with its policy and offload
std::optional<double> read_cell_ratio(const YamlCursor& cursor, const DeviceGroup& group,
                                      const ModelDescription* model);

/// A device type named by a scenario; its file's problems join the scenario's.
bool read_named_device_type(const YamlCursor& cursor, const FieldContext& context, DeviceType& type);

/// Reads the name of a file as its path, which must be one that the user allowed (allowed_path.hpp).
std::optional<std::filesystem::path> read_path(const YamlCursor& cursor, const FieldContext& context,
                                               std::string_view example);

/// Whether a text has only letters, digits and the extra characters given.
bool is_plain_name(const std::string& text, std::string_view extra);

}  // namespace offramp
