#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace offramp::ns3_reference {

/// A dumbbell, packet by packet in ns-3: devices, each behind its own access link, one router, the shared
/// uplink with a drop-tail buffer, the cloud. Point-to-point links, no queue disc, TCP with segments of
/// 1448 B, selective acknowledgements, an initial window of 10, and Linux's shortest timeouts (200 ms for a
/// retransmission, 40 ms for a delayed acknowledgement).
struct PacketNetwork {
  enum class Control {
    cubic,        ///< TcpCubic as ns-3 ships it
    cubic_linux,  ///< with what Linux adds: growth only by a window in use, and a restart after idling
    reno,         ///< TcpLinuxReno
  };

  std::size_t devices = 1;
  double access_bytes_per_s = 1.25e9;
  double uplink_bytes_per_s = 0;
  double one_way_latency_s = 0;  ///< of the uplink; access links have none
  double buffer_bytes = 150e3;   ///< in front of the uplink
  double loss = 0;               ///< probability that a packet towards the cloud is lost on the uplink
  Control control = Control::cubic;
  double idle_timeout_s = 1;  ///< cubic_linux: after so long without data the window restarts from 10
  std::uint32_t seed = 1;     ///< of the losses
};

/// A message of a connection; its bytes follow those of the message before it.
struct Upload {
  std::uint32_t device = 0;
  std::uint32_t connection = 0;  ///< opened, with a handshake, by its first message
  double at_s = 0;
  std::uint64_t bytes = 0;
};

/// When the last byte of each upload was in the hands of the cloud's program; NaN: not by `until_s`.
/// @param uploads  in order of time
std::vector<double> received_at_s(const PacketNetwork& network, const std::vector<Upload>& uploads,
                                  double until_s);

/// Bytes that an endless upload delivers between two times, by second.
double bulk_bytes_per_s(const PacketNetwork& network, double from_s, double until_s);

}  // namespace offramp::ns3_reference
