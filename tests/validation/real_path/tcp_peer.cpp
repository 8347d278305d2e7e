#include "tests/validation/real_path/tcp_peer.hpp"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "sim/core/error.hpp"

namespace offramp::real_path {
namespace {

constexpr std::uint16_t kPort = 7001;
constexpr int kPriority = 20;  // below the relay's

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in far_address() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kPort);
  inet_pton(AF_INET, EmulatedPath::kFarAddress, &address.sin_addr);
  return address;
}

FileDescriptor tcp_socket(const NetworkNamespace& in) {
  FileDescriptor made;
  in.inside([&] { made = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
  if (made.get() < 0) fail("socket");
  const int yes = 1;
  setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (setsockopt(made.get(), IPPROTO_TCP, TCP_CONGESTION, "cubic", 5) != 0) fail("TCP_CONGESTION cubic");
  return made;
}

void send_all(int connection, const void* data, std::size_t bytes) {
  const auto* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t sent = send(connection, at, bytes, MSG_NOSIGNAL);
    if (sent < 0) fail("send");
    at += sent;
    bytes -= static_cast<std::size_t>(sent);
  }
}

/// @return false when the other end has closed
bool receive_all(int connection, void* data, std::size_t bytes) {
  auto* at = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = recv(connection, at, bytes, 0);
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

void configure_tcp(const EmulatedPath& path) {
  for (const NetworkNamespace* end : {&path.near(), &path.far()}) {
    end->set("net/ipv4/tcp_no_metrics_save", "1");
    end->set("net/ipv4/tcp_wmem", "4096 33554432 67108864");
    end->set("net/ipv4/tcp_rmem", "4096 33554432 67108864");
  }
}

void raise_priority() {
  const sched_param priority{.sched_priority = kPriority};
  const int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
  if (error != 0)
    throw UserError(std::string("measuring needs real-time priority and network namespaces: ") +
                    std::strerror(error) + "; run it as root");
}

Receiver::Receiver(const EmulatedPath& path) : listener_(tcp_socket(path.far())) {
  const sockaddr_in address = far_address();
  if (bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(listener_.get(), 1024) != 0) fail("listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

Receiver::~Receiver() {
  shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  std::unique_lock lock(mutex_);
  for (const FileDescriptor& connection : connections_) shutdown(connection.get(), SHUT_RDWR);
  served_.wait(lock, [this] { return serving_ == 0; });
}

void Receiver::accept_all() {
  for (;;) {
    FileDescriptor connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.get() < 0) return;
    const int handle = connection.get();
    const int yes = 1;
    setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const std::lock_guard lock(mutex_);
    connections_.push_back(std::move(connection));
    ++serving_;
    std::thread([this, handle] {
      serve(handle);
      const std::lock_guard closing(mutex_);
      connections_.remove_if([&](const FileDescriptor& one) { return one.get() == handle; });
      --serving_;
      served_.notify_all();
    }).detach();
  }
}

void Receiver::serve(int connection) {
  std::vector<char> buffer(1 << 18);
  std::uint64_t message_bytes = 0;
  while (receive_all(connection, &message_bytes, sizeof message_bytes)) {
    received_bytes_ += sizeof message_bytes;
    for (std::uint64_t left = message_bytes - sizeof message_bytes; left > 0;) {
      const ssize_t got = recv(connection, buffer.data(), std::min<std::uint64_t>(left, buffer.size()), 0);
      if (got <= 0) return;
      received_bytes_ += static_cast<std::uint64_t>(got);
      left -= static_cast<std::uint64_t>(got);
    }
    const auto received_at = std::bit_cast<std::uint64_t>(monotonic_s());
    if (send(connection, &received_at, sizeof received_at, MSG_NOSIGNAL) != sizeof received_at) return;
  }
}

Sender::Sender(const EmulatedPath& path) : socket_(tcp_socket(path.near())) {}

void Sender::connect_once() {
  if (connected_) return;
  const sockaddr_in address = far_address();
  if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("connect");
  connected_ = true;
}

void Sender::post(std::uint64_t bytes) {
  static thread_local std::vector<char> message;
  message.resize(std::max<std::size_t>(message.size(), bytes));
  std::memcpy(message.data(), &bytes, sizeof bytes);
  connect_once();
  send_all(socket_.get(), message.data(), bytes);
}

double Sender::await_answer_s() {
  std::uint64_t received_at = 0;
  if (!receive_all(socket_.get(), &received_at, sizeof received_at)) fail("answer");
  return std::bit_cast<double>(received_at);
}

double Sender::send_message_s(std::uint64_t bytes) {
  const double from_s = monotonic_s();
  post(bytes);
  return await_answer_s() - from_s;
}

void Sender::send_endlessly() {
  connect_once();
  std::vector<char> data(1 << 18);
  const std::uint64_t endless = std::uint64_t{1} << 62;
  std::memcpy(data.data(), &endless, sizeof endless);
  while (send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL) > 0) {
  }
}

void Sender::shut_down() { shutdown(socket_.get(), SHUT_RDWR); }

TcpState Sender::state() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) fail("TCP_INFO");
  return {info.tcpi_snd_cwnd, info.tcpi_snd_ssthresh, info.tcpi_total_retrans};
}

}  // namespace offramp::real_path
