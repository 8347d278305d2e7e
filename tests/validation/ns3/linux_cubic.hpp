#pragma once

#include <ns3/tcp-cubic.h>

namespace offramp::ns3_reference {

/// ns-3's cubic with two things that Linux does and ns-3 3.37 does not: a window grows only while it is in
/// use (tcp_is_cwnd_limited), and after an idle time it starts again from the initial window, with the slow
/// start threshold at no less than three quarters of where it had grown (tcp_cwnd_restart, RFC 2861).
class LinuxCubic : public ns3::TcpCubic {
 public:
  static ns3::TypeId GetTypeId();

  void IncreaseWindow(ns3::Ptr<ns3::TcpSocketState> tcb, uint32_t segments_acked) override;
  void PktsAcked(ns3::Ptr<ns3::TcpSocketState> tcb, uint32_t segments_acked, const ns3::Time& rtt) override;
  void CwndEvent(ns3::Ptr<ns3::TcpSocketState> tcb, ns3::TcpSocketState::TcpCAEvent_t event) override;
  ns3::Ptr<ns3::TcpCongestionOps> Fork() override;

 private:
  ns3::Time idle_timeout_;
  ns3::Time last_active_;
  uint32_t most_in_flight_ = 0;  ///< bytes, since the window was last empty
};

}  // namespace offramp::ns3_reference
