#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/cli/command_line_pages.hpp"

namespace offramp {
namespace {

using Option = CommandPage::Option;

/// Text as roff reads it: no line begins a request, a minus is a minus.
std::string roff(const std::string& text) {
  std::string result;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) result += "\\&";
    line_begins = c == '\n';
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
  }
  return result;
}

std::string option_text(const Option& option) {
  std::string text = ".TP\n";
  if (option.names.empty()) {
    text += fmt::format(".I {}\n", roff(option.label));
  } else {
    std::vector<std::string> names;
    for (const std::string& name : option.names) names.push_back("\\fB" + roff(name) + "\\fR");
    text += fmt::format("{}", fmt::join(names, ", "));
    if (!option.label.empty()) text += " \\fI" + roff(option.label) + "\\fR";
    text += '\n';
  }
  text += roff(option.description);
  if (!option.choices.empty()) text += roff(fmt::format(" (one of: {})", fmt::join(option.choices, ", ")));
  if (!option.default_value.empty()) text += roff(fmt::format(" (default: {})", option.default_value));
  return text + '\n';
}

std::string command_text(const CommandPage& page) {
  std::string synopsis = fmt::format("\\fBofframp {}\\fR", roff(page.name));
  for (const Option& option : page.options)
    if (option.names.empty()) synopsis += fmt::format(" \\fI{}\\fR", roff(option.label));
  synopsis += " [\\fIoptions\\fR]";
  std::string text = fmt::format(".SS {}\n{}\n.PP\n{}.\n", roff(page.name), synopsis, roff(page.description));
  for (const Option& option : page.options) text += option_text(option);
  if (!page.footer.empty()) text += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(page.footer));
  return text;
}

}  // namespace

std::string manual_page(const std::vector<CommandPage>& pages, const std::string& version) {
  std::string text = fmt::format(
      R"(.TH OFFRAMP 1 "" "Offramp {}" "User Commands"
.SH NAME
offramp \- edge\-cloud transfer\-rate studies with real early\-exit networks
.SH SYNOPSIS
.B offramp
.I command
.RI [ options ]
.SH DESCRIPTION
With this many devices, this network, this cloud and this early\-exit network: what latency, transfer rate, accuracy
and energy will we see? Offramp simulates it, from what real networks said about real images.
.PP
Results go to standard output, everything else to standard error. A run writes a directory, by default below
.IR runs/ .
.SH COMMANDS
)",
      roff(version));
  for (const CommandPage& page : pages) text += command_text(page);
  return text + R"(.SH EXIT STATUS
.TP
0
it worked
.TP
1
an error of Offramp itself
.TP
2
something that the user can mend; the message says where, what was found, what is allowed and what to do
.SH ENVIRONMENT
.TP
.B OFFRAMP_HOME
where
.IR scenarios/ ,
.I models/zoo/
and
.I analysis/
are, instead of those installed
.TP
.B OFFRAMP_ALLOW
folders, separated by ":", that scenarios may name files in beside their own, the working directory, the installation,
the configuration and the data
.TP
.B OFFRAMP_DATA
the folder of data sets
.TP
.BR XDG_CACHE_HOME ", " XDG_CONFIG_HOME
where profiles are kept, and device types of the user's own
)";
}

}  // namespace offramp
