#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "sim/simulation/event_queue.hpp"

namespace offramp {

/// Links of constant bandwidth that flows share max-min fairly, without the kernel: the same rates as
/// SimGrid's, at a cost that does not grow with the flows under way. A flow crosses one shared link and may
/// have a bound of its own (an access link that carries nothing else).
///
/// With capacity C and flows of bounds b_f, each has min(b_f, s), where s is such that they fill C, or
/// infinite when they cannot. Flows of one bound have one rate, so they are a class with a clock that counts
/// the bytes that each of its flows has been given (the virtual time of processor sharing; Kleinrock,
/// Queueing Systems II, 1976): a flow that starts at v ends at v + its bytes, whatever comes and goes until
/// then.
class LinkSharing final : private EventHandler {
 public:
  /// Told the subject of a flow whose last byte has left.
  using Listener = std::function<void(std::uint32_t subject)>;
  static constexpr double kNoBound = std::numeric_limits<double>::infinity();

  /// @param bytes_per_s  of each link
  LinkSharing(const std::vector<double>& bytes_per_s, EventQueue& events, Listener on_done);

  void start(std::uint32_t link, double bound_bytes_per_s, std::uint64_t bytes, std::uint32_t subject);

  /// Calls visit(subject, bytes still to send) for every flow under way.
  void for_each_live(const std::function<void(std::uint32_t, double)>& visit) const;

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  struct Flow {
    double ends_at_bytes;  ///< of its class's clock
    std::uint64_t order;   ///< of starting
    std::uint32_t subject;
  };
  struct Class {
    double bound_bytes_per_s = kNoBound;
    double clock_bytes = 0;
    double rate_bytes_per_s = 0;
    std::vector<Flow> flows = {};  ///< a heap, the first to end on top
  };
  struct Link {
    double bytes_per_s = 0;
    double shared_until_s = 0;        ///< what the clocks show
    double event_s = kNever;          ///< the next event that is valid
    std::vector<Class> classes = {};  ///< by bound, the lowest first; few
  };

  void on_event(std::uint32_t kind, std::uint32_t link) override;
  static Class& class_of(Link& link, double bound_bytes_per_s);
  static void advance(Link& link, double now_s);
  static void share(Link& link);
  void schedule_next_end(std::uint32_t link);

  EventQueue& events_;
  Listener on_done_;
  std::vector<Link> links_;
  std::vector<Flow> ended_;
  std::uint64_t started_ = 0;
};

}  // namespace offramp
