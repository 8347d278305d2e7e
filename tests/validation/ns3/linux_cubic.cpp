#include "tests/validation/ns3/linux_cubic.hpp"

#include <ns3/double.h>
#include <ns3/nstime.h>
#include <ns3/simulator.h>

#include <algorithm>

namespace offramp::ns3_reference {

NS_OBJECT_ENSURE_REGISTERED(LinuxCubic);

ns3::TypeId LinuxCubic::GetTypeId() {
  static const ns3::TypeId id =
      ns3::TypeId("offramp::LinuxCubic")
          .SetParent<ns3::TcpCubic>()
          .AddConstructor<LinuxCubic>()
          .AddAttribute("IdleTimeout", "Restart after so long without data.", ns3::TimeValue(ns3::Seconds(1)),
                        ns3::MakeTimeAccessor(&LinuxCubic::idle_timeout_), ns3::MakeTimeChecker());
  return id;
}

void LinuxCubic::PktsAcked(ns3::Ptr<ns3::TcpSocketState> tcb, uint32_t segments_acked, const ns3::Time& rtt) {
  last_active_ = ns3::Simulator::Now();
  most_in_flight_ =
      std::max(most_in_flight_, tcb->m_bytesInFlight.Get() + segments_acked * tcb->m_segmentSize);
  TcpCubic::PktsAcked(tcb, segments_acked, rtt);
}

void LinuxCubic::IncreaseWindow(ns3::Ptr<ns3::TcpSocketState> tcb, uint32_t segments_acked) {
  const bool slow_start = tcb->m_cWnd < tcb->m_ssThresh;
  const bool in_use = slow_start ? tcb->m_cWnd < 2 * most_in_flight_
                                 : tcb->m_cWnd <= most_in_flight_ + 2 * tcb->m_segmentSize;
  if (in_use) TcpCubic::IncreaseWindow(tcb, segments_acked);
}

void LinuxCubic::CwndEvent(ns3::Ptr<ns3::TcpSocketState> tcb, ns3::TcpSocketState::TcpCAEvent_t event) {
  if (event == ns3::TcpSocketState::CA_EVENT_TX_START) {
    const bool idle = !last_active_.IsZero() && ns3::Simulator::Now() - last_active_ > idle_timeout_;
    if (idle && tcb->m_cWnd > tcb->m_initialCWnd * tcb->m_segmentSize) {
      tcb->m_ssThresh = std::max(tcb->m_ssThresh.Get(), tcb->m_cWnd.Get() / 4 * 3);
      tcb->m_cWnd = tcb->m_initialCWnd * tcb->m_segmentSize;
      tcb->m_cWndInfl = tcb->m_cWnd;
    }
    most_in_flight_ = 0;
  }
  TcpCubic::CwndEvent(tcb, event);
}

ns3::Ptr<ns3::TcpCongestionOps> LinuxCubic::Fork() { return ns3::CopyObject<LinuxCubic>(this); }

}  // namespace offramp::ns3_reference
