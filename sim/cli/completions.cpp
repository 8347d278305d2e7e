#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "sim/cli/command_line_pages.hpp"

namespace offramp {
namespace {

using Option = CommandPage::Option;

/// Values that `offramp list` knows; beside them files.
std::string listed(const CommandPage& page, const Option& option) {
  static const std::map<std::string, std::string> kKinds{{"--device", "devices"},
                                                         {"MODEL", "models"},
                                                         {"model", "models"},
                                                         {"scenario", "scenarios"},
                                                         {"sweep", "scenarios"}};
  for (const std::string& name : option.names)
    if (const auto at = kKinds.find(name); at != kKinds.end()) return at->second;
  if (!option.names.empty()) return "";
  if (page.name == "sweep") return "scenarios";
  const auto at = kKinds.find(option.label);
  return at == kKinds.end() ? "" : at->second;
}

std::vector<std::string> names_of(const CommandPage& page) {
  std::vector<std::string> names;
  for (const Option& option : page.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::string replaced(std::string text, const std::map<char, std::string>& replacements) {
  std::string result;
  for (const char c : text) {
    const auto at = replacements.find(c);
    result += at == replacements.end() ? std::string(1, c) : at->second;
  }
  return result;
}

/// Inside single quotes of a shell, and there inside a description of zsh's.
std::string zsh_text(const std::string& text) {
  return replaced(text,
                  {{'\'', "'\\''"}, {'[', "\\["}, {']', "\\]"}, {':', "\\:"}, {'`', "\\`"}, {'\n', " "}});
}

std::string zsh_values(const CommandPage& page, const Option& option) {
  if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
  const std::string kind = listed(page, option);
  return kind.empty() ? "_files" : fmt::format("{{_offramp_names {}}}", kind);
}

}  // namespace

std::string bash_completion(const std::vector<CommandPage>& pages) {
  std::vector<std::string> commands;
  std::string values;
  std::string options;
  for (const CommandPage& page : pages) {
    commands.push_back(page.name);
    options += fmt::format("    {}) options=\"{}\" ;;\n", page.name, fmt::join(names_of(page), " "));
    for (const Option& option : page.options) {
      const std::string kind = listed(page, option);
      if (option.label.empty() || (option.choices.empty() && kind.empty())) continue;
      const std::string words = option.choices.empty() ? fmt::format("$(_offramp_names {})", kind)
                                                       : fmt::format("{}", fmt::join(option.choices, " "));
      for (const std::string& name : option.names)
        values += fmt::format("    {}:{}) words=\"{}\" ;;\n", page.name, name, words);
      if (option.names.empty()) values += fmt::format("    {}:*) words=\"{}\" ;;\n", page.name, words);
    }
  }
  return fmt::format(
      R"(# Completion of offramp for bash, made by: offramp completion bash
_offramp_names() {{ "${{COMP_WORDS[0]/#\~/$HOME}}" list "$1" 2>/dev/null | cut -d ' ' -f 1; }}

_offramp() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} words="" options=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "{0} --help --version" -- "$current")
    return
  fi
  case ${{COMP_WORDS[1]}} in
{1}  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    return
  fi
  case ${{COMP_WORDS[1]}}:$previous in
{2}  esac
  [[ -n $words ]] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _offramp offramp
)",
      fmt::join(commands, " "), options, values);
}

std::string zsh_completion(const std::vector<CommandPage>& pages) {
  std::string commands;
  std::string cases;
  for (const CommandPage& page : pages) {
    commands += fmt::format("    '{}:{}'\n", page.name, zsh_text(page.description));
    cases += fmt::format("    {})\n      _arguments -s", page.name);
    bool takes_files = false;
    for (const Option& option : page.options) {
      const std::string value =
          option.label.empty() ? "" : fmt::format(":{}:{}", zsh_text(option.label), zsh_values(page, option));
      for (const std::string& name : option.names)
        cases += fmt::format(" \\\n        '{}{}[{}]{}'", option.repeats ? "*" : "", name,
                             zsh_text(option.description), value);
      if (!option.names.empty()) continue;
      takes_files = takes_files || option.repeats;
      cases += fmt::format(" \\\n        '{}:{}:{}'", option.repeats ? "*" : "", zsh_text(option.label),
                           zsh_values(page, option));
    }
    if (!takes_files && std::all_of(page.options.begin(), page.options.end(),
                                    [](const Option& option) { return !option.names.empty(); }))
      cases += " \\\n        '*:file:_files'";
    cases += "\n      ;;\n";
  }
  return fmt::format(R"zsh(#compdef offramp
# Completion of offramp for zsh, made by: offramp completion zsh
_offramp_names() {{
  local -a names
  names=(${{(f)"$(_call_program names $offramp_program list $1 2>/dev/null | cut -d ' ' -f 1)"}})
  _describe -t names $1 names
  _files
}}

_offramp() {{
  local offramp_program=$words[1]
  local -a commands
  commands=(
{}  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
{}  esac
}}

_offramp "$@"
)zsh",
                     commands, cases);
}

}  // namespace offramp
