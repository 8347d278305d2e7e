#include "sim/simulation/link_sharing.hpp"

#include <algorithm>
#include <utility>

namespace offramp {
namespace {

/// What rounding may leave of a flow that has ended: a little of its bytes, or of the time.
double nothing_bytes(double bytes_per_s, double now_s) { return 1e-6 + 1e-15 * now_s * bytes_per_s; }

constexpr auto ends_later = [](const auto& a, const auto& b) {
  return a.ends_at_bytes != b.ends_at_bytes ? a.ends_at_bytes > b.ends_at_bytes : a.order > b.order;
};

}  // namespace

LinkSharing::LinkSharing(const std::vector<double>& bytes_per_s, EventQueue& events, Listener on_done)
    : events_(events), on_done_(std::move(on_done)) {
  for (const double capacity : bytes_per_s) links_.push_back({capacity});
}

void LinkSharing::start(std::uint32_t link, double bound_bytes_per_s, std::uint64_t bytes,
                        std::uint32_t subject) {
  Link& shared = links_[link];
  advance(shared, events_.now_s());
  Class& like = class_of(shared, bound_bytes_per_s);
  if (like.flows.empty()) like.clock_bytes = 0;
  like.flows.push_back({like.clock_bytes + static_cast<double>(bytes), started_++, subject});
  std::push_heap(like.flows.begin(), like.flows.end(), ends_later);
  share(shared);
  schedule_next_end(link);
}

LinkSharing::Class& LinkSharing::class_of(Link& link, double bound_bytes_per_s) {
  const auto place = std::find_if(link.classes.begin(), link.classes.end(), [&](const Class& one) {
    return one.bound_bytes_per_s >= bound_bytes_per_s;
  });
  if (place != link.classes.end() && place->bound_bytes_per_s == bound_bytes_per_s) return *place;
  return *link.classes.insert(place, Class{bound_bytes_per_s});
}

void LinkSharing::advance(Link& link, double now_s) {
  for (Class& like : link.classes) like.clock_bytes += like.rate_bytes_per_s * (now_s - link.shared_until_s);
  link.shared_until_s = now_s;
}

/// From the lowest bound up: who wants less than an equal part of what is left gets what it wants.
void LinkSharing::share(Link& link) {
  double left_bytes_per_s = link.bytes_per_s;
  std::size_t flows = 0;
  for (const Class& like : link.classes) flows += like.flows.size();
  for (Class& like : link.classes) {
    if (like.flows.empty()) continue;
    like.rate_bytes_per_s = std::min(like.bound_bytes_per_s, left_bytes_per_s / static_cast<double>(flows));
    left_bytes_per_s -= like.rate_bytes_per_s * static_cast<double>(like.flows.size());
    flows -= like.flows.size();
  }
}

/// An event that comes too early finds nobody at the end and is scheduled anew; so a flow that joins, and
/// delays all others, costs none.
void LinkSharing::schedule_next_end(std::uint32_t index) {
  Link& link = links_[index];
  double next_s = kNever;
  for (const Class& like : link.classes)
    if (!like.flows.empty())
      next_s = std::min(
          next_s, link.shared_until_s + std::max(0.0, like.flows.front().ends_at_bytes - like.clock_bytes) /
                                            like.rate_bytes_per_s);
  if (next_s >= link.event_s) return;
  link.event_s = next_s;
  events_.schedule(next_s, *this, 0, index);
}

void LinkSharing::on_event(std::uint32_t, std::uint32_t index) {
  Link& link = links_[index];
  const double now_s = events_.now_s();
  if (now_s != link.event_s) return;  // an earlier one took its place
  link.event_s = kNever;
  advance(link, now_s);
  ended_.clear();
  for (Class& like : link.classes) {
    const double reached_bytes = like.clock_bytes + nothing_bytes(like.rate_bytes_per_s, now_s);
    while (!like.flows.empty() && like.flows.front().ends_at_bytes <= reached_bytes) {
      ended_.push_back(like.flows.front());
      std::pop_heap(like.flows.begin(), like.flows.end(), ends_later);
      like.flows.pop_back();
    }
  }
  share(link);
  schedule_next_end(index);
  for (const Flow& flow : ended_) on_done_(flow.subject);
}

void LinkSharing::for_each_live(const std::function<void(std::uint32_t, double)>& visit) const {
  const double now_s = events_.now_s();
  for (const Link& link : links_)
    for (const Class& like : link.classes) {
      const double clock_bytes = like.clock_bytes + like.rate_bytes_per_s * (now_s - link.shared_until_s);
      for (const Flow& flow : like.flows)
        visit(flow.subject, std::max(0.0, flow.ends_at_bytes - clock_bytes));
    }
}

}  // namespace offramp
