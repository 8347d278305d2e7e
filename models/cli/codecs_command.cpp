#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "models/cli/subcommands.hpp"
#include "models/codec/codec.hpp"

namespace offramp {
namespace {

std::string_view signal_name(Signal signal) { return signal == Signal::image ? "image" : "feature"; }

/// The families, and below them what stands for several in their names.
void print_table(const std::vector<CodecEntry>& codecs) {
  std::size_t width = 0;
  for (const CodecEntry& codec : codecs) width = std::max(width, codec.pattern.size());
  std::map<std::string, std::string> parameters;
  for (const CodecEntry& codec : codecs) {
    fmt::print("{:<{}}  {:<7}  {}: {}\n", codec.pattern, width, signal_name(codec.signal), codec.explanation,
               fmt::join(codec.examples, ", "));
    for (const CodecParameter& parameter : codec.parameters)
      parameters.emplace(parameter.letters, parameter.meaning);
  }
  fmt::print("\n");
  for (const auto& [letters, meaning] : parameters) fmt::print("{:<{}}  {}\n", letters, width, meaning);
}

void print_json(const std::vector<CodecEntry>& codecs) {
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  for (const CodecEntry& codec : codecs) {
    nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
    for (const CodecParameter& parameter : codec.parameters)
      parameters[parameter.letters] = parameter.meaning;
    document.push_back({{"name", codec.pattern},
                        {"signal", signal_name(codec.signal)},
                        {"explanation", codec.explanation},
                        {"parameters", parameters},
                        {"examples", codec.examples}});
  }
  fmt::print("{}\n", document.dump(2));
}

}  // namespace

void add_codecs_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("codecs", "List the codecs; offramp list codecs calls this");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "print JSON instead of a table");
  command->footer("Example: offramp list codecs --json");
  command->callback([as_json] { *as_json ? print_json(list_codecs()) : print_table(list_codecs()); });
}

}  // namespace offramp
