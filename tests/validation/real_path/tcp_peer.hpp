#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

#include "sim/testbed/emulated_path.hpp"
#include "sim/testbed/file_descriptor.hpp"

namespace offramp::real_path {

/// What the kernel says of a connection (TCP_INFO), in segments.
struct TcpState {
  std::uint32_t window = 0;
  std::uint32_t slow_start_until = 0;
  std::uint32_t retransmitted = 0;
};

/// Has both namespaces of a path use TCP as a long-haul sender does: cubic, nothing remembered between
/// connections, socket buffers that do not limit.
void configure_tcp(const EmulatedPath& path);

/// Runs the calling thread, and those it starts, before everything but relays.
void raise_priority();

/// The receiver at the far end: takes messages (8 bytes of length first, which count as part of the message)
/// and answers each, when its last byte is there, with that moment.
class Receiver {
 public:
  explicit Receiver(const EmulatedPath& path);
  ~Receiver();

  /// Bytes received so far, over all connections.
  std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  void accept_all();
  void serve(int connection);

  FileDescriptor listener_;
  std::atomic<std::uint64_t> received_bytes_ = 0;
  std::mutex mutex_;
  std::list<FileDescriptor> connections_;
  int serving_ = 0;  ///< threads, detached: there may be one an upload
  std::condition_variable served_;
  std::thread acceptor_;
};

/// A connection from the near end.
class Sender {
 public:
  explicit Sender(const EmulatedPath& path);

  /// Sends a message (at least 8 bytes; connects first where that has not been done) and waits for the
  /// answer.
  /// @return from the call of connect() or send() until the receiver has the last byte, in seconds
  double send_message_s(std::uint64_t bytes);

  /// Gives a message to the connection (connects first where that has not been done), and does not wait.
  void post(std::uint64_t bytes);
  /// @return when the receiver had the last byte of the oldest message whose answer was not yet taken, on
  ///         monotonic_s's clock
  double await_answer_s();

  /// Sends bytes until something shuts the connection down.
  void send_endlessly();
  void shut_down();

  TcpState state() const;

 private:
  void connect_once();

  FileDescriptor socket_;
  bool connected_ = false;
};

}  // namespace offramp::real_path
