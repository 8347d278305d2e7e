#pragma once

#include <cstdint>

namespace offramp {

/// The way that a connection's data takes in one direction.
struct TcpPath {
  double bottleneck_bytes_per_s = 0;
  double one_way_latency_s = 0;
  double buffer_bytes = 0;        ///< in front of the bottleneck; what does not fit is lost
  double access_bytes_per_s = 0;  ///< how fast data can reach that buffer
  double loss = 0;                ///< probability that a segment is lost on the way, whatever the load
  double before_s_per_byte = 0;   ///< time on the links in front of the bottleneck, each at its own rate
  double behind_s_per_byte = 0;   ///< and on those behind it

  /// Time of a full segment on the bottleneck.
  double segment_s() const;
  /// Time from a segment to its acknowledgement when nothing waits. What acknowledgements take on the links
  /// is left out.
  double round_s() const;
  /// What links beside the bottleneck add to a message: each receives a packet as a whole before it sends it
  /// on. The bottleneck waits for the first packet, and behind it the last is still under way.
  /// @param wire_bytes  of the message, with the headers of its segments
  double forwarding_s(std::uint64_t wire_bytes) const;
  /// Segments under way when the bottleneck is just busy, and when its buffer is full too.
  double full_pipe_segments() const { return round_s() / segment_s(); }
  double full_buffer_segments() const;
};

}  // namespace offramp
