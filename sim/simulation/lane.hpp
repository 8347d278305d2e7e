#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sim/platform/tcp_window.hpp"
#include "sim/simulation/acknowledgements.hpp"
#include "sim/simulation/link_queue.hpp"
#include "sim/simulation/loss_recovery.hpp"
#include "sim/simulation/request_pool.hpp"

namespace offramp {

/// One direction of a connection: the messages of its sender, what of them is under way, and what it is told
/// of that.
struct Lane {
  RequestQueue waiting;
  std::uint32_t current = RequestPool::kNone;  ///< the request whose message is being sent
  RequestQueue under_way;          ///< those of whose messages something is; they arrive one after the other
  std::uint32_t unsent_bytes = 0;  ///< of the current message
  std::uint32_t in_flight_bytes = 0;  ///< sent and not acknowledged, nor found to be lost
  std::uint32_t buffered_bytes = 0;   ///< of these, not yet out of the bottleneck
  bool in_one_train = false;
  bool awaits = false;  ///< the next acknowledgement has an event
  AcknowledgementQueue acknowledgements;
  std::unique_ptr<LossRecovery> losses;  ///< none before the first
  double access_free_s = 0;              ///< when the access link has let the last piece into the buffer
  Train flow;                            ///< of SimGrid, under way or the last that was
  double flow_began_s = 0;
  double train_began_s = 0;  ///< the same, or when its train's first piece did
  bool train_begun = false;
  /// The acknowledgement of the last flow comes at told_s. Mostly nothing waits for it: then it is in no
  /// queue, and what it does is made up for when the lane sends again.
  bool tells = false;
  double told_s = 0;

  /// Whether acknowledgements let something go.
  bool is_held_back() const { return unsent_bytes > 0 || !waiting.empty() || (losses && !losses->over()); }
  /// Whether a new message would be the next to go.
  bool is_free() const { return current == RequestPool::kNone && waiting.empty(); }

  /// What the window and a recovery allow beside what is under way.
  std::uint32_t allowed_bytes(const TcpWindow& window) const;
  /// What is left of the oldest message that is not sent as a whole, what was lost first.
  std::uint32_t left_bytes() const;
  /// Takes as much of that as may go at once.
  std::optional<Train> next_train(std::uint32_t connection, const TcpPath& path, const TcpWindow& window);
  /// The same where nobody else is in the way: a train after the other, each a round trip after the last; the
  /// rest in one go when the window fills the path.
  std::optional<Train> next_lone_train(std::uint32_t connection, const TcpPath& path,
                                       const TcpWindow& window);

  LossRecovery& own_losses();
  /// The last flow's.
  Acknowledgement last_acknowledgement() const;
  void acknowledge(const Acknowledgement& one, const TcpPath& path, TcpWindow& window);
};

}  // namespace offramp
