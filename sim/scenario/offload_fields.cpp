#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/core/error.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/scenario/scenario_fields.hpp"

namespace offramp {
namespace {

/// The split points of a model behind one of them, in the order of the network.
/// @param behind  last_exit_before the split; -2: all of them
std::string splits_behind(int behind, const ModelDescription& model) {
  std::string list = behind < -1 ? "input" : "";
  for (int exit = std::max(behind + 1, 0); exit + 1 < static_cast<int>(model.num_exits); ++exit)
    list += fmt::format("{}exit {}", list.empty() ? "" : ", ", exit);
  return list;
}

constexpr int kNowhere = -2;

/// A hop as it stands in the file, and the exit before its split.
struct Hop {
  HopSpec spec;
  std::string to;
  YamlCursor from_cursor;
  YamlCursor to_cursor;
  std::optional<int> last_exit;  ///< none when it could not be read
  std::optional<double> timeout_s = {};
};

/// A device that no longer waits answers from its last exit, so that it needs one.
void read_timeout(const YamlCursor& timeout, const ModelDescription* model, Hop& hop) {
  double seconds = 0;
  if (!timeout.read_quantity(seconds, kDuration, kPositive)) return;
  hop.timeout_s = seconds;
  if (hop.spec.from != "input") return;
  const std::string splits = model == nullptr ? "exit 0, exit 1, ..." : splits_behind(-1, *model);
  timeout.refuse(fmt::format(
      "no exit lies before the split point \"input\", so no exit on the device could answer after a "
      "timeout; {}remove the timeout",
      splits.empty() ? "" : fmt::format("offload from {}, or ", splits)));
}

/// @param rule  of the group, for the hop that its devices send; empty for a gateway's
void check_split(const YamlCursor& from, const ModelDescription* model, const std::string& rule, Hop& hop) {
  try {
    const int last_exit = last_exit_before(hop.spec.from);
    if (model == nullptr) {
      hop.last_exit = last_exit;
    } else if (last_exit + 1 >= static_cast<int>(model->num_exits)) {
      from.refuse(fmt::format("\"{}\" is not before the final exit of {}; allowed: {}", hop.spec.from,
                              model->name, splits_behind(kNowhere, *model)));
    } else if (rule == "never" && last_exit < 0) {
      from.refuse(
          model->num_exits > 1
              ? fmt::format("no exit lies before \"input\", so with the rule never nothing could answer; "
                            "allowed: {}, or no offload",
                            splits_behind(-1, *model))
              : "no exit lies before \"input\", so with the rule never nothing could answer; remove offload");
    } else {
      hop.last_exit = last_exit;
    }
  } catch (const UserError&) {
    from.refuse(
        fmt::format("\"{}\" is no split point; allowed: {}", hop.spec.from,
                    model == nullptr ? "input, exit 0, exit 1, ..." : splits_behind(kNowhere, *model)));
  }
}

/// @param first  the hop that the devices send: its answer may be waited for
Hop read_hop(const YamlCursor& cursor, const ModelDescription* model, const std::string& rule, bool first) {
  YamlMap map(cursor);
  const YamlCursor from = map.required("from", "from: input");
  const YamlCursor codec = map.required("codec", "codec: int8_zstd");
  const YamlCursor to = map.optional("to");
  const YamlCursor timeout =
      first ? map.optional("timeout") : YamlCursor(nullptr, cursor.path(), cursor.problems());
  map.finish();

  Hop hop{{}, {}, from, to, {}, {}};
  to.read_choice(hop.to, {"cloud", "gateway"});
  if (codec.read_text(hop.spec.codec, "int8_zstd") &&
      hop.spec.codec.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
    codec.refuse(
        fmt::format("\"{}\" is no codec's name: small letters, digits and \"_\"; see `offramp list codecs`",
                    hop.spec.codec));
  const bool has_split = from.read_text(hop.spec.from, "\"input\" or \"exit 0\"");
  read_timeout(timeout, model, hop);
  if (has_split) check_split(from, model, rule, hop);
  return hop;
}

/// A gateway that passes on has something to do between the two splits.
void check_order(const Hop& first, const Hop& second, const ModelDescription* model) {
  if (!first.last_exit || !second.last_exit || *second.last_exit > *first.last_exit) return;
  const std::string later = model == nullptr ? "" : splits_behind(*first.last_exit, *model);
  second.from_cursor.refuse(fmt::format(
      "\"{}\" is not behind \"{}\", where the gateway begins; {}", second.spec.from, first.spec.from,
      later.empty() ? "no split point is: give one hop, to the cloud or to the gateway"
                    : "allowed: " + later));
}

}  // namespace

OffloadSpec read_offload(const YamlCursor& cursor, const ModelDescription* model, const std::string& rule,
                         bool gateway_computes) {
  OffloadSpec offload;
  const bool is_list = cursor.node()->kind == YamlNode::Kind::sequence;
  const std::vector<YamlCursor> items = is_list ? cursor.items() : std::vector<YamlCursor>{cursor};
  if (items.empty() || items.size() > 2) {
    cursor.refuse(
        fmt::format("has {} hops; one goes to the cloud or to a gateway, two to a gateway and from "
                    "there to the cloud",
                    items.size()));
    return offload;
  }
  const Hop first = read_hop(items[0], model, rule, true);
  offload.from = first.spec.from;
  offload.codec = first.spec.codec;
  offload.timeout_s = first.timeout_s;
  if (first.to == "gateway") {
    offload.to = OffloadSpec::To::gateway;
    if (!gateway_computes)
      first.to_cursor.refuse(
          "the network has no gateways that compute; add to network for example \"gateway: {type: "
          "jetson_nano}\"");
  }
  if (items.size() == 1) return offload;

  if (first.to != "gateway")
    (first.to_cursor ? first.to_cursor : items[0])
        .refuse("the first of two hops goes to a gateway; write \"to: gateway\"");
  const Hop second = read_hop(items[1], model, "", false);
  if (second.to == "gateway")
    second.to_cursor.refuse("the second hop goes from the gateway to the cloud; write \"to: cloud\"");
  check_order(first, second, model);
  offload.onward = second.spec;
  return offload;
}

}  // namespace offramp
