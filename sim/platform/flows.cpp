#include "sim/platform/flows.hpp"

#include <simgrid/s4u.hpp>

#include <utility>

namespace offramp {
namespace sg = simgrid::s4u;

/// A transfer and whom it concerns.
struct Flows::Flow {
  sg::CommPtr comm;
  std::uint32_t subject = 0;
  Flows* owner = nullptr;
};

Flows::Flows(Listener on_done) : on_done_(std::move(on_done)) {
  sg::Activity::on_completion_cb([](const sg::Activity& activity) {
    const auto* comm = dynamic_cast<const sg::Comm*>(&activity);
    if (comm == nullptr) return;
    if (auto* flow = comm->get_data<Flow>()) flow->owner->finished(*flow);
  });
}

Flows::~Flows() {
  // What is under way at the horizon belongs to a kernel that ends with the process; freeing it crashes.
  for (Flow& flow : flows_) flow.comm.detach();
}

void Flows::start(sg::Host* from, sg::Host* to, std::uint64_t bytes, std::uint32_t subject) {
  ended_.clear();
  if (free_.empty()) {
    flows_.emplace_back();
    free_.push_back(&flows_.back());
  }
  Flow* flow = free_.back();
  free_.pop_back();
  flow->subject = subject;
  flow->owner = this;
  flow->comm = sg::Comm::sendto_init(from, to);
  flow->comm->set_data(flow);
  flow->comm->set_payload_size(bytes);
  flow->comm->vetoable_start();
}

void Flows::finished(Flow& flow) {
  ended_.push_back(std::move(flow.comm));  // the kernel still uses it
  free_.push_back(&flow);
  on_done_(flow.subject);
}

void Flows::for_each_live(const std::function<void(std::uint32_t, double)>& visit) const {
  for (const Flow& flow : flows_)
    if (flow.comm) visit(flow.subject, flow.comm->get_remaining());
}

}  // namespace offramp
