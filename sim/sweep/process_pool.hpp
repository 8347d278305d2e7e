#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace offramp {

/// How many processes can work at once: the processors that this process may use.
std::size_t available_processors();

/// Runs work(0) ... work(tasks - 1), each in a forked process of its own, `at_once` of them at a time, and
/// gathers what they return. The calling process must have no threads and no SimGrid Engine.
/// @param work     runs in the child; its result crosses a pipe
/// @param on_done  called in the parent after each task, with how many are done
/// @throws UserError when a task threw one; std::runtime_error naming the task when it failed otherwise or
///         was killed. The other tasks are then ended and waited for.
std::vector<std::string> run_in_processes(std::size_t tasks, std::size_t at_once,
                                          const std::function<std::string(std::size_t task)>& work,
                                          const std::function<void(std::size_t done)>& on_done = {});

}  // namespace offramp
