#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sim/testbed/file_descriptor.hpp"
#include "sim/testbed/network_namespace.hpp"

namespace offramp {

/// Another program, talked to in lines over its standard input and output. It does not outlive this object,
/// nor the thread that made it, however that ends: the kernel kills it then.
class ChildProcess {
 public:
  /// @param inside  the network namespace that it runs in; null: this one
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const NetworkNamespace* inside);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// @throws UserError or std::runtime_error when it has ended, as its exit code says
  void write_line(const std::string& line);
  /// @param until_s  of CLOCK_MONOTONIC: when to give up
  std::string read_line(double until_s);
  pid_t pid() const { return pid_; }

 private:
  [[noreturn]] void fail();

  std::string name_;
  pid_t pid_ = -1;
  FileDescriptor to_;
  FileDescriptor from_;
  std::string held_;
};

}  // namespace offramp
