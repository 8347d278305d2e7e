#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace offramp {

/// Becomes another program; returns only by throwing.
/// @throws UserError when the program is not there
[[noreturn]] void become_program(const std::filesystem::path& program,
                                 const std::vector<std::string>& arguments);

/// Runs another program to its end; all that it prints goes to our standard error.
/// @return its exit code; 128 + signal when it was ended by one
int run_child_program(const std::filesystem::path& program, const std::vector<std::string>& arguments);

/// offramp-models, beside this program.
/// @throws UserError when this build has none
std::filesystem::path models_program();

}  // namespace offramp
