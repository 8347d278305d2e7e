#pragma once

namespace offramp {

/// Parses the command line of `offramp-models` and carries it out.
/// @return the exit code of what only prints (--help) or could not be parsed; 0 when done
/// @throws UserError for what the user can mend
int run_models_command_line(int argc, char** argv);

}  // namespace offramp
