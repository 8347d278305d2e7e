#include "sim/testbed/emulated_link.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <utility>

namespace offramp {

EmulatedLink::EmulatedLink(const LinkShape& shape, std::uint64_t seed)
    : shape_(shape), loss_(random_stream(seed, 0, 0, "packet loss")) {}

void EmulatedLink::push(double now_s, Packet packet) {
  while (!waiting_.empty() && waiting_.front().sent_from_s <= now_s) {
    waiting_bytes_ -= waiting_.front().bytes;
    waiting_.pop_front();
  }
  const auto bytes = static_cast<double>(packet.size());
  if (free_at_s_ > now_s) {
    if (waiting_bytes_ + bytes > shape_.buffer_bytes) {
      ++counts_.dropped;
      return;
    }
    waiting_.push_back({free_at_s_, bytes});
    waiting_bytes_ += bytes;
  }
  free_at_s_ = std::max(now_s, free_at_s_) + bytes / shape_.bytes_per_s;
  if (shape_.loss_probability > 0 && boost::random::uniform_01<double>()(loss_) < shape_.loss_probability) {
    ++counts_.lost;
    return;
  }
  under_way_.push_back({free_at_s_ + shape_.one_way_delay_s, std::move(packet)});
}

std::optional<double> EmulatedLink::next_due_s() const {
  if (under_way_.empty()) return std::nullopt;
  return under_way_.front().due_s;
}

std::optional<PacketWay::Packet> EmulatedLink::take(double now_s) {
  if (under_way_.empty() || under_way_.front().due_s > now_s) return std::nullopt;
  return pop();
}

PacketWay::Packet EmulatedLink::pop() {
  Packet packet = std::move(under_way_.front().packet);
  under_way_.pop_front();
  ++counts_.carried;
  return packet;
}

}  // namespace offramp
