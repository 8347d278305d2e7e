#pragma once

namespace offramp {

/// The way that a connection's data takes in one direction.
struct TcpPath {
  double bottleneck_bytes_per_s = 0;
  double one_way_latency_s = 0;
  double buffer_bytes = 0;        ///< in front of the bottleneck; what does not fit is lost
  double access_bytes_per_s = 0;  ///< how fast data can reach that buffer
  double loss = 0;                ///< probability that a segment is lost on the way, whatever the load

  /// Time of a full segment on the bottleneck.
  double segment_s() const;
  /// Time from a segment to its acknowledgement when nothing waits.
  double round_s() const { return 2 * one_way_latency_s + segment_s(); }
  /// Segments under way when the bottleneck is just busy, and when its buffer is full too.
  double full_pipe_segments() const { return round_s() / segment_s(); }
  double full_buffer_segments() const;
};

}  // namespace offramp
