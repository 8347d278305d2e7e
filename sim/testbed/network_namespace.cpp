#include "sim/testbed/network_namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

FileDescriptor current_namespace() {
  FileDescriptor handle(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (handle.get() < 0) throw std::system_error(errno, std::generic_category(), "/proc/thread-self/ns/net");
  return handle;
}

void enter_namespace(const FileDescriptor& handle) {
  if (setns(handle.get(), CLONE_NEWNET) != 0)
    throw std::system_error(errno, std::generic_category(), "setns");
}

/// Brings the calling thread back to where it was.
class Return {
 public:
  Return() : home_(current_namespace()) {}
  ~Return() { enter_namespace(home_); }

 private:
  FileDescriptor home_;
};

void loopback_up() {
  const FileDescriptor socket_handle(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(socket_handle.get(), SIOCSIFFLAGS, &request) != 0)
    throw std::system_error(errno, std::generic_category(), "loopback in a network namespace");
}

}  // namespace

NetworkNamespace::NetworkNamespace() {
  const Return home;
  if (unshare(CLONE_NEWNET) != 0)
    throw UserError(fmt::format("an emulated path needs network namespaces of its own: {}; run it as root",
                                std::strerror(errno)));
  handle_ = current_namespace();
  loopback_up();
  for (const char* devices : {"all", "default"})
    std::ofstream(fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", devices))
        << 1;  // where there is any
}

void NetworkNamespace::enter() const { enter_namespace(handle_); }

void NetworkNamespace::inside(const std::function<void()>& work) const {
  const Return home;
  enter();
  work();
}

void NetworkNamespace::set(const std::string& name, const std::string& value) const {
  inside([&] {
    std::ofstream file("/proc/sys/" + name);
    file << value << std::flush;
    if (!file) throw std::runtime_error(fmt::format("cannot write {} to /proc/sys/{}", value, name));
  });
}

}  // namespace offramp
