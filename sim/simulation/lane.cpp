#include "sim/simulation/lane.hpp"

#include <algorithm>

#include "sim/simulation/train_shape.hpp"

namespace offramp {
namespace {

std::uint32_t bytes_of(const TcpWindow& window) {
  return static_cast<std::uint32_t>(window.segments()) * kWireSegmentBytes;
}

}  // namespace

std::uint32_t Lane::allowed_bytes(const TcpWindow& window) const {
  const std::uint32_t most = std::min(bytes_of(window), losses ? losses->allowed_bytes() : UINT32_MAX);
  return most - std::min(most, in_flight_bytes);
}

std::uint32_t Lane::left_bytes() const {
  return losses && losses->has_again() ? losses->next_again().bytes : unsent_bytes;
}

std::optional<Train> Lane::next_train(std::uint32_t connection, const TcpPath& path,
                                      const TcpWindow& window) {
  Train train{connection};
  train.again = losses && losses->has_again();
  train.wire_bytes = left_bytes();
  const std::uint32_t allowed = allowed_bytes(window);
  if (train.wire_bytes > allowed) {
    train.wire_bytes = std::min(allowed, longest_train_bytes(path)) / kWireSegmentBytes * kWireSegmentBytes;
    if (!train.again && train.wire_bytes > 0) in_one_train = false;
  }
  if (train.wire_bytes == 0) return {};
  if (train.again) {
    train.request = losses->next_again().request;
    losses->sent_again(train.wire_bytes);
    return train;
  }
  train.request = current;
  train.whole_message = in_one_train;
  unsent_bytes -= train.wire_bytes;
  if (unsent_bytes == 0) current = RequestPool::kNone;
  return train;
}

std::optional<Train> Lane::next_lone_train(std::uint32_t connection, const TcpPath& path,
                                           const TcpWindow& window) {
  while (losses && losses->has_again()) {
    const std::uint32_t bytes = losses->next_again().bytes;
    unsent_bytes += bytes;
    losses->sent_again(bytes);
    in_one_train = false;
  }
  if (unsent_bytes == 0 || in_flight_bytes > (losses ? losses->untold_bytes() : 0)) return {};
  in_one_train = in_one_train && unsent_bytes <= bytes_of(window);
  Train train{connection};
  train.wire_bytes =
      path.loss == 0 && window.fills(path) ? unsent_bytes : std::min(unsent_bytes, bytes_of(window));
  train.request = current;
  train.whole_message = in_one_train;
  unsent_bytes -= train.wire_bytes;
  return train;
}

LossRecovery& Lane::own_losses() {
  if (!losses) losses = std::make_unique<LossRecovery>();
  return *losses;
}

Acknowledgement Lane::last_acknowledgement() const {
  Acknowledgement one;
  one.at_s = told_s;
  one.bytes = flow.whole_bytes - flow.lost_bytes;
  one.reveals_bytes = flow.reveals_bytes;
  one.waited_s = flow.waited_s;
  one.whole_message = flow.whole_message;
  one.again = flow.again;
  one.probe = flow.probe;
  return one;
}

void Lane::acknowledge(const Acknowledgement& one, const TcpPath& path, TcpWindow& window) {
  if (losses) losses->tell(one, path, in_flight_bytes, window);
  const double segments = segments_of(one.bytes);
  if (!losses || (!losses->recovering() && !losses->doubts())) {  // what is missing before it holds growth up
    if (one.whole_message)
      window.acknowledged_whole(path, one.at_s, segments, one.waited_s);
    else
      window.acknowledged(path, one.at_s, segments, one.waited_s);
  }
  in_flight_bytes -= one.bytes;
  if (!losses) return;
  losses->acknowledged(one.bytes, one.again && !one.probe);
  losses->wait(one.at_s, in_flight_bytes, path, window);
}

}  // namespace offramp
