#include "sim/testbed/message_socket.hpp"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "sim/testbed/monotonic.hpp"

namespace offramp {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in address_of(const SocketAddress& at) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(at.port);
  if (::inet_pton(AF_INET, at.host.c_str(), &address.sin_addr) != 1)
    throw std::invalid_argument("not an IPv4 address: " + at.host);
  return address;
}

void bind_to(const FileDescriptor& socket, const std::string& host) {
  const sockaddr_in address = address_of({host, 0});
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
}

void send_at_once(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

}  // namespace

FileDescriptor make_tcp_socket(bool shaped) {
  FileDescriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (made.get() < 0) fail("socket");
  send_at_once(made.get());
  if (::setsockopt(made.get(), IPPROTO_TCP, TCP_CONGESTION, "cubic", 5) != 0 && shaped)
    fail("TCP_CONGESTION cubic");
  return made;
}

FileDescriptor listen_on(const std::string& host, bool shaped) {
  FileDescriptor listener = make_tcp_socket(shaped);
  bind_to(listener, host);
  if (::listen(listener.get(), 1024) != 0) fail("listen");
  return listener;
}

std::uint16_t port_of(const FileDescriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

MessageSocket::MessageSocket(EventLoop& loop, const SocketAddress& to, const std::string& from_host,
                             bool shaped, Handlers handlers)
    : loop_(loop), socket_(make_tcp_socket(shaped)), handlers_(std::move(handlers)), connecting_(true) {
  if (!from_host.empty()) bind_to(socket_, from_host);
  const sockaddr_in address = address_of(to);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS)
    fail("connect");
  loop_.watch(socket_.get(), POLLIN | POLLOUT, [this](short events) { on_ready(events); });
}

MessageSocket::MessageSocket(EventLoop& loop, FileDescriptor accepted, Handlers handlers)
    : loop_(loop), socket_(std::move(accepted)), handlers_(std::move(handlers)), connecting_(false) {
  send_at_once(socket_.get());
  loop_.watch(socket_.get(), POLLIN, [this](short events) { on_ready(events); });
}

MessageSocket::~MessageSocket() {
  if (!closed_) loop_.forget(socket_.get());
}

void MessageSocket::send(std::vector<std::uint8_t> message) {
  if (closed_) return;
  given_bytes_ += message.size();
  message_ends_.push_back(given_bytes_);
  unsent_.insert(unsent_.end(), message.begin(), message.end());
  if (!connecting_) flush();
}

std::size_t MessageSocket::messages_under_way() {
  int unacknowledged = 0;
  if (closed_ || ::ioctl(socket_.get(), SIOCOUTQ, &unacknowledged) != 0) return 0;
  const std::uint64_t arrived = written_bytes_ - static_cast<std::uint64_t>(unacknowledged);
  while (!message_ends_.empty() && message_ends_.front() <= arrived) message_ends_.pop_front();
  return message_ends_.size();
}

void MessageSocket::on_ready(short events) {
  if (connecting_ && (events & (POLLOUT | POLLERR | POLLHUP)) != 0) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return close(std::strerror(error), false);
    connecting_ = false;
  }
  if (!connecting_ && (events & POLLOUT) != 0) flush();
  if (!closed_ && (events & (POLLIN | POLLERR | POLLHUP)) != 0) receive();
}

void MessageSocket::flush() {
  while (written_of_unsent_ < unsent_.size()) {
    const ssize_t sent = ::send(socket_.get(), unsent_.data() + written_of_unsent_,
                                unsent_.size() - written_of_unsent_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) return close(std::strerror(errno), false);
    written_of_unsent_ += static_cast<std::size_t>(sent);
    written_bytes_ += static_cast<std::uint64_t>(sent);
  }
  const bool all = written_of_unsent_ == unsent_.size();
  if (all) {
    unsent_.clear();
    written_of_unsent_ = 0;
  }
  loop_.want(socket_.get(), static_cast<short>(all ? POLLIN : POLLIN | POLLOUT));
}

void MessageSocket::receive() {
  std::array<std::uint8_t, 1 << 16> buffer;
  while (!closed_) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) return close(std::strerror(errno), false);
    if (got == 0) return close("closed by the other end", false);
    const double received_s = monotonic_s();
    reader_.add(std::span(buffer).first(static_cast<std::size_t>(got)));
    for (DecodedMessage next = reader_.next(); next.state != DecodedMessage::State::incomplete && !closed_;
         next = reader_.next()) {
      if (next.state == DecodedMessage::State::refused) return close(next.why, true);
      handlers_.message(next.message, received_s);
    }
  }
}

void MessageSocket::close(std::string_view why, bool refused) {
  closed_ = true;
  loop_.forget(socket_.get());
  socket_ = FileDescriptor();
  handlers_.closed(why, refused);
}

}  // namespace offramp
