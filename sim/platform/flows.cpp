#include "sim/platform/flows.hpp"

#include <simgrid/engine.h>

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/platform/simgrid_release.hpp"

namespace offramp {
namespace sg = simgrid::s4u;

/// A transfer and whom it concerns.
struct Flows::Flow {
  sg::CommPtr comm;
  std::uint32_t number = 0;
  std::uint32_t subject = 0;
  std::uint32_t device = 0;
  std::uint32_t generation = 0;
  bool live = false;  ///< has begun and not ended
  double began_s = 0;
  std::uint64_t bytes = 0;  ///< not sent when it began, or was let go or held last
  sg::Host* from = nullptr;
  sg::Host* to = nullptr;
  Flows* owner = nullptr;
};

Flows::Flows(Listener on_done, Meter meter) : on_done_(std::move(on_done)), meter_(std::move(meter)) {
  simgrid_release::on_transfer_end([](const sg::Comm& comm) {
    if (auto* flow = comm.get_data<Flow>()) flow->owner->finished(*flow);
  });
}

Flows::~Flows() {
  // What is under way at the horizon belongs to a kernel that ends with the process; freeing it crashes.
  for (Flow& flow : flows_) flow.comm.detach();
  for (sg::CommPtr& comm : cancelled_) comm.detach();
}

void Flows::start(sg::Host* from, sg::Host* to, std::uint32_t device, std::uint64_t bytes,
                  std::uint32_t subject, double now_s) {
  ended_.clear();
  if (cancelled_at_s_ < now_s) cancelled_.clear();
  if (free_.empty()) {
    Flow& added = flows_.emplace_back();
    added.number = static_cast<std::uint32_t>(flows_.size() - 1);
    free_.push_back(&added);
  }
  Flow* flow = free_.back();
  free_.pop_back();
  flow->subject = subject;
  flow->device = device;
  flow->live = true;
  flow->bytes = bytes;
  flow->from = from;
  flow->to = to;
  flow->owner = this;
  if (gate_ && !gate_(flow->number, device)) return;
  launch(*flow, now_s);
}

void Flows::launch(Flow& flow, double now_s) {
  flow.began_s = now_s;
  flow.comm = sg::Comm::sendto_init(flow.from, flow.to);
  flow.comm->set_data(&flow);
  flow.comm->set_payload_size(flow.bytes);
  simgrid_release::start(*flow.comm);
}

void Flows::finished(Flow& flow) {
  ended_.push_back(std::move(flow.comm));  // the kernel still uses it
  meter_(flow.subject, flow.began_s, simgrid_get_clock(), static_cast<double>(flow.bytes));
  const std::uint32_t subject = flow.subject;
  release(flow);
  on_done_(subject);
}

void Flows::release(Flow& flow) {
  flow.live = false;
  ++flow.generation;
  free_.push_back(&flow);
}

/// SimGrid cannot suspend a transfer without latency (it would resume with no share), so that a held one
/// ends, and a new one carries the rest, in whole bytes.
bool Flows::stop(Flow& flow, double now_s) {
  if (!flow.comm) return false;
  const double rest =
      std::clamp(std::ceil(flow.comm->get_remaining() - 1e-6), 1.0, static_cast<double>(flow.bytes));
  const auto rest_bytes = static_cast<std::uint64_t>(rest);
  meter_(flow.subject, flow.began_s, now_s, static_cast<double>(flow.bytes - rest_bytes));
  flow.bytes = rest_bytes;
  flow.comm->set_data(nullptr);
  flow.comm->cancel();
  cancelled_.push_back(std::move(flow.comm));
  cancelled_at_s_ = now_s;
  return true;
}

bool Flows::hold(std::uint32_t flow, double now_s) { return stop(flows_[flow], now_s); }

void Flows::let_go(std::uint32_t flow, double now_s) {
  if (!flows_[flow].comm) launch(flows_[flow], now_s);
}

std::uint32_t Flows::cancel(std::uint32_t flow, double now_s) {
  stop(flows_[flow], now_s);
  release(flows_[flow]);
  return flows_[flow].subject;
}

void Flows::for_each(const std::function<void(std::uint32_t, std::uint32_t)>& visit) const {
  for (const Flow& flow : flows_)
    if (flow.live) visit(flow.number, flow.device);
}

std::uint32_t Flows::device(std::uint32_t flow) const { return flows_[flow].device; }
std::uint32_t Flows::generation(std::uint32_t flow) const { return flows_[flow].generation; }

void Flows::account_unfinished(double horizon_s) const {
  for (const Flow& flow : flows_)
    if (flow.comm)
      meter_(flow.subject, flow.began_s, horizon_s,
             static_cast<double>(flow.bytes) - flow.comm->get_remaining());
}

}  // namespace offramp
