#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/profile/frame_score.hpp"
#include "sim/record/request_record.hpp"

namespace offramp {

/// How far the people in the frames that cameras show are from those that their count process says.
struct PeopleOff {
  void add(double people) {
    ++frames;
    sum += people < 0 ? -people : people;
  }
  std::optional<double> mean() const {
    return frames > 0 ? std::optional(sum / static_cast<double>(frames)) : std::nullopt;
  }

  std::uint64_t frames = 0;
  double sum = 0;
};

/// What was said about people by requests whose networks answer by cells; of some of them nothing is known,
/// where a scenario says in place of the network how much is sent. Definitions: analysis/metrics.md.
class PeopleTally {
 public:
  /// @param route  the next one; must outlive this
  void add_route(const FrameOutcomes& route);

  /// A measured request by cells that has ended.
  /// @param in_time  answered within the deadline
  void add(const RequestRecord& request, bool in_time);

  std::optional<double> count_mae() const;
  std::optional<double> count_mae_cloud() const;
  std::optional<double> cell_f1() const;
  std::optional<double> cloud_cell_ratio() const;
  std::optional<double> count_mae_in_time() const;
  std::optional<double> cell_f1_in_time() const;

 private:
  std::optional<double> known(std::optional<double> figure) const;

  std::vector<const FrameOutcomes*> routes_;  ///< [route]
  FrameTally answered_;
  FrameTally by_cloud_;  ///< the same requests, if the final exit had answered them
  FrameTally in_time_;   ///< all that ended; nothing is said of those that did not come in time
  double ratios_ = 0;    ///< sum over answered_: cells left / cells
  bool unknown_ = false;
};

}  // namespace offramp
