#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/testbed/event_loop.hpp"
#include "sim/testbed/file_descriptor.hpp"
#include "sim/testbed/message.hpp"

namespace offramp {

/// Where a socket is, or goes to.
struct SocketAddress {
  std::string host;  ///< IPv4, in digits
  std::uint16_t port = 0;
};

/// What all sockets of a testbed have: TCP cubic as the simulator's, no delay for small writes.
/// @param shaped  the path is emulated: then it must be cubic; over loopback it is asked for
/// @throws std::system_error
FileDescriptor make_tcp_socket(bool shaped);
/// @return one that listens on a port of the kernel's choice
FileDescriptor listen_on(const std::string& host, bool shaped);
std::uint16_t port_of(const FileDescriptor& socket);

/// One TCP connection that carries messages, in an event loop; it may still be opening. Destroy it only from
/// the loop's thread, and not from its own handlers: post that.
class MessageSocket {
 public:
  struct Handlers {
    std::function<void(const Message& message, double received_s)> message;
    /// No message will come any more: closed by the other end, broken, or refused for what came over it.
    std::function<void(std::string_view why, bool refused)> closed;
  };

  /// Opens a connection.
  /// @param from_host  address of this end; empty: the kernel's choice
  MessageSocket(EventLoop& loop, const SocketAddress& to, const std::string& from_host, bool shaped,
                Handlers handlers);
  /// One that was accepted.
  MessageSocket(EventLoop& loop, FileDescriptor accepted, Handlers handlers);
  ~MessageSocket();
  MessageSocket(const MessageSocket&) = delete;
  MessageSocket& operator=(const MessageSocket&) = delete;

  /// Hands a message to the kernel, behind those before, as soon as it takes it.
  void send(std::vector<std::uint8_t> message);
  /// How many messages the other end's kernel has not yet acknowledged as a whole.
  std::size_t messages_under_way();
  bool closed() const { return closed_; }

 private:
  void on_ready(short events);
  void receive();
  void flush();
  void close(std::string_view why, bool refused);

  EventLoop& loop_;
  FileDescriptor socket_;
  Handlers handlers_;
  MessageReader reader_;
  bool connecting_;
  bool closed_ = false;
  std::vector<std::uint8_t> unsent_;
  std::size_t written_of_unsent_ = 0;
  std::uint64_t written_bytes_ = 0;
  std::uint64_t given_bytes_ = 0;
  std::deque<std::uint64_t> message_ends_;  ///< of those under way, in bytes given
};

}  // namespace offramp
