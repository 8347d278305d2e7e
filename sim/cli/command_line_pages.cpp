#include "sim/cli/command_line_pages.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <regex>
#include <sstream>

#include "sim/cli/child_program.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace {

using Option = CommandPage::Option;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  return parts;
}

/// CLI11 writes allowed values into the name of the type: "TEXT:{one,two}".
void read_type(const std::string& type, Option& option) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open != std::string::npos && close != std::string::npos)
    option.choices = split(type.substr(open + 1, close - open - 1), ',');
  option.label = type.substr(0, type.find(':'));
}

Option page_option(const CLI::Option& from) {
  Option option;
  for (const std::string& name : from.get_snames()) option.names.push_back("-" + name);
  for (const std::string& name : from.get_lnames()) option.names.push_back("--" + name);
  option.description = from.get_description();
  option.default_value = from.get_default_str();
  option.repeats = from.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  if (from.get_items_expected_max() > 0) read_type(from.get_type_name(), option);
  if (option.names.empty()) {
    option.repeats = from.get_items_expected_max() > 1;
    if (option.label.empty() || option.label == "TEXT") option.label = from.get_name(true);
  }
  return option;
}

/// What offramp-models says of its own subcommand; nothing without it.
std::string help_of_models(const std::string& name) {
  std::string command;
  try {
    command = "'" + models_program().string() + "' " + name + " --help 2>/dev/null";
  } catch (const UserError&) {
    return "";
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string text;
  std::array<char, 4096> part{};
  while (pipe && std::fgets(part.data(), part.size(), pipe.get()) != nullptr) text += part.data();
  return text;
}

/// Reads CLI11's own layout: "  --seed UINT      Seed of ...", longer descriptions on lines of their own.
void add_options_from_help(const std::string& help, CommandPage& page) {
  static const std::regex kOption(
      R"(^  ((?:-\w,)?--?[\w-]+(?:,-\w)?)(?: ([A-Z][^ ]*))?(?: [^ ].*?)?(?:\s{2,}(.*))?$)");
  static const std::regex kPositional(R"(^  ([A-Za-z][\w-]*) [A-Z]+(?: REQUIRED)?\s{2,}(.*)$)");
  static const std::regex kMore(R"(^ {20,}(\S.*)$)");
  bool in_option = false;
  for (const std::string& line : split(help, '\n')) {
    std::smatch match;
    if (std::regex_match(line, match, kOption)) {
      Option option;
      option.names = split(match[1], ',');
      option.label = match[2];
      option.description = match[3];
      page.options.push_back(option);
      in_option = true;
    } else if (std::regex_match(line, match, kPositional)) {
      Option positional;
      positional.label = match[1];
      positional.description = match[2];
      page.options.push_back(positional);
      in_option = true;
    } else if (in_option && std::regex_match(line, match, kMore)) {
      std::string& description = page.options.back().description;
      description += (description.empty() ? "" : " ") + match[1].str();
    } else if (line.rfind("Example", 0) == 0) {
      page.footer = line;
    }
  }
}

}  // namespace

std::vector<CommandPage> command_pages(const CLI::App& app) {
  std::vector<CommandPage> pages;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    CommandPage page{command->get_name(), command->get_description(), command->get_footer(), {}};
    for (const CLI::Option* option : command->get_options()) page.options.push_back(page_option(*option));
    if (command->get_help_ptr() == nullptr) add_options_from_help(help_of_models(page.name), page);
    pages.push_back(std::move(page));
  }
  return pages;
}

}  // namespace offramp
