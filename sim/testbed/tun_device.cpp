#include "sim/testbed/tun_device.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr const char* kDeviceName = "path0";
constexpr int kMtu = 1500;
// The relay's queue is the only one that may drop: this one must hold the largest burst of a window.
constexpr int kKernelQueuePackets = 30'000;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

ifreq named_request(const std::string& name = kDeviceName) {
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  return request;
}

void set_address(int socket_handle, unsigned long which, const std::string& address,
                 const std::string& name = kDeviceName) {
  ifreq request = named_request(name);
  sockaddr_in value{};
  value.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &value.sin_addr) != 1)
    throw UserError("not an address: " + address);
  std::memcpy(&request.ifr_addr, &value, sizeof value);
  if (ioctl(socket_handle, which, &request) != 0) fail("address of a TUN device");
}

void configure(const std::string& address, const std::vector<std::string>& further) {
  const FileDescriptor socket_handle(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = named_request();
  request.ifr_qlen = kKernelQueuePackets;
  if (ioctl(socket_handle.get(), SIOCSIFTXQLEN, &request) != 0) fail("queue of a TUN device");
  request = named_request();
  request.ifr_mtu = kMtu;
  if (ioctl(socket_handle.get(), SIOCSIFMTU, &request) != 0) fail("MTU of a TUN device");
  set_address(socket_handle.get(), SIOCSIFADDR, address);
  set_address(socket_handle.get(), SIOCSIFNETMASK, "255.255.0.0");
  request = named_request();
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_POINTOPOINT;
  if (ioctl(socket_handle.get(), SIOCSIFFLAGS, &request) != 0) fail("bringing up a TUN device");
  for (std::size_t i = 0; i < further.size(); ++i) {
    const std::string alias = fmt::format("{}:{}", kDeviceName, i);
    set_address(socket_handle.get(), SIOCSIFADDR, further[i], alias);
    set_address(socket_handle.get(), SIOCSIFNETMASK, "255.255.255.255", alias);
  }
}

}  // namespace

TunDevice::TunDevice(const NetworkNamespace& in, const std::string& address,
                     const std::vector<std::string>& further) {
  in.inside([&] {
    device_ = FileDescriptor(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (device_.get() < 0) throw UserError(std::string("/dev/net/tun: ") + std::strerror(errno));
    ifreq request = named_request();
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(device_.get(), TUNSETIFF, &request) != 0)
      throw UserError(std::string("an emulated path needs a TUN device: ") + std::strerror(errno) +
                      "; run it as root");
    configure(address, further);
  });
}

std::size_t TunDevice::read(std::span<std::uint8_t> buffer) {
  const ssize_t got = ::read(device_.get(), buffer.data(), buffer.size());
  if (got < 0 && errno != EAGAIN && errno != EINTR) fail("reading from a TUN device");
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void TunDevice::write(std::span<const std::uint8_t> packet) {
  if (::write(device_.get(), packet.data(), packet.size()) < 0) fail("writing to a TUN device");
}

}  // namespace offramp
