#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

namespace offramp {

/// Segments of one message that go together, or a piece of them.
struct Train {
  std::uint32_t connection = 0;
  std::uint32_t wire_bytes = 0;
  std::uint32_t request = 0;  ///< whose message
  std::uint32_t whole_bytes =
      0;               ///< of the train that is through when this is; 0: a piece that is not its last
  float waited_s = 0;  ///< what it finds in the buffer of others takes so long to leave
  std::uint32_t lost_bytes = 0;     ///< of them; not by the buffer: on the way
  std::uint32_t reveals_bytes = 0;  ///< lost, of which its acknowledgement tells the sender
  bool lost_last : 1 = false;       ///< its last segment is among those lost on the way
  bool whole_message : 1 = false;   ///< the message needed no other train
  bool again : 1 = false;           ///< it was lost before
  bool probe : 1 = false;           ///< and nothing else had told the sender
};

/// The drop-tail buffer in front of a shared link, in one direction. Trains leave it one at a time, first
/// come, first served: what comes over a fast access link lies in the buffer as a whole, and does not share
/// the link with what came before it, as fair flows would.
class LinkQueue {
 public:
  /// What lies in it or is about to, with what has not yet left of the train under way.
  double bytes(double link_bytes_per_s, double now_s) const {
    if (!busy_) return coming_bytes_;
    const double left_bytes = leaving_.wire_bytes - link_bytes_per_s * (now_s - began_s_);
    return coming_bytes_ + waiting_bytes_ + std::max(0.0, left_bytes);
  }

  /// A piece is still on its access link; and no longer.
  void expect(const Train& piece) { coming_bytes_ += piece.wire_bytes; }
  void arrives(const Train& piece) { coming_bytes_ -= piece.wire_bytes; }

  bool busy() const { return busy_; }
  bool waiting() const { return !trains_.empty(); }

  /// A piece that comes right behind the one before it of its train goes with that.
  void wait(const Train& train) {
    waiting_bytes_ += train.wire_bytes;
    if (!trains_.empty() && trains_.back().connection == train.connection &&
        trains_.back().whole_bytes == 0) {
      const std::uint32_t before_bytes = trains_.back().wire_bytes;
      trains_.back() = train;
      trains_.back().wire_bytes += before_bytes;
      return;
    }
    trains_.push_back(train);
  }
  Train take_next() {
    const Train train = trains_.front();
    trains_.pop_front();
    waiting_bytes_ -= train.wire_bytes;
    return train;
  }

  void leave(const Train& train, double now_s) {
    busy_ = true;
    leaving_ = train;
    began_s_ = now_s;
  }
  void left() { busy_ = false; }

 private:
  std::deque<Train> trains_;
  double waiting_bytes_ = 0;
  double coming_bytes_ = 0;
  bool busy_ = false;
  Train leaving_;
  double began_s_ = 0;
};

}  // namespace offramp
