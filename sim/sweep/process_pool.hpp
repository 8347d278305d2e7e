#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace offramp {

/// How many processes can work at once: the processors that this process may use.
std::size_t available_processors();

/// Runs work(0) ... work(tasks - 1), each in a forked process of its own, `at_once` of them at a time, and
/// gathers what they return. The calling process must have no threads and no SimGrid Engine.
/// @param work     runs in the child; its result crosses a pipe
/// @param on_done  called in the parent after each task, with how many are done
/// @param on_tick  called in the parent a few times a second while it waits
/// @throws UserError when a task threw one; std::runtime_error naming the task when it failed otherwise or
///         was killed. The other tasks are then ended and waited for.
std::vector<std::string> run_in_processes(std::size_t tasks, std::size_t at_once,
                                          const std::function<std::string(std::size_t task)>& work,
                                          const std::function<void(std::size_t done)>& on_done = {},
                                          const std::function<void()>& on_tick = {});

/// What became of a task that ran in a process of its own.
struct TaskAnswer {
  std::size_t task = 0;
  std::string result;         ///< what it returned; empty when it failed
  std::string error;          ///< why it failed, for people; empty when it did not
  bool user_can_fix = false;  ///< it threw a UserError, whose text `error` is
  bool failed() const { return !error.empty(); }
};

/// Runs tasks as they are named, each in a forked process of its own, `at_once` of them at a time; one that
/// fails does not disturb the others. SIGINT and SIGTERM end it early: tasks under way are killed,
/// unanswered. The calling process must have no threads and no SimGrid Engine.
/// @param next       the number of the next task, asked whenever a process is free and after each answer;
/// none:
///                   there is none now
/// @param work       runs in the child, which sees the parent as it was when `next` named the task
/// @param on_answer  called in the parent as each task ends
/// @return false when a signal ended it early
bool run_task_stream(std::size_t at_once, const std::function<std::optional<std::size_t>()>& next,
                     const std::function<std::string(std::size_t task)>& work,
                     const std::function<void(const TaskAnswer&)>& on_answer);

}  // namespace offramp
