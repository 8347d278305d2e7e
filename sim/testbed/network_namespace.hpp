#pragma once

#include <functional>
#include <string>

#include "sim/testbed/file_descriptor.hpp"

namespace offramp {

/// A network namespace without a name: the kernel removes it, and what is in it, when the last process,
/// thread or descriptor that uses it is gone, however the program ends.
class NetworkNamespace {
 public:
  /// Makes one, with its loopback up and IPv6 off.
  /// @throws UserError when this process may not (it takes root)
  NetworkNamespace();

  /// Runs something with the calling thread inside; sockets and devices made there stay there.
  void inside(const std::function<void()>& work) const;

  /// Puts the calling thread inside for good.
  void enter() const;

  /// Writes /proc/sys/NAME of this namespace, for example "net/ipv4/tcp_no_metrics_save".
  void set(const std::string& name, const std::string& value) const;

 private:
  FileDescriptor handle_;
};

}  // namespace offramp
