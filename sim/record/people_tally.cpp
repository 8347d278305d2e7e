#include "sim/record/people_tally.hpp"

namespace offramp {

void PeopleTally::add_route(const FrameOutcomes& route) { routes_.push_back(&route); }

void PeopleTally::add(const RequestRecord& request, bool in_time) {
  const FrameOutcomes& route = *routes_[request.route];
  const bool fallen_back = request.outcome == Outcome::fallen_back;
  const FrameScore& score = (fallen_back ? route.fallen_back : route.answered)[request.image];
  unknown_ = unknown_ || route.ratio.has_value();
  in_time_.add(in_time ? score : score.unanswered());
  if (!fallen_back && request.outcome != Outcome::completed) return;
  answered_.add(score);
  by_cloud_.add(route.by_cloud[request.image]);
  ratios_ += route.ratio.value_or(static_cast<double>(score.left) / static_cast<double>(route.cells));
}

std::optional<double> PeopleTally::known(std::optional<double> figure) const {
  return unknown_ ? std::nullopt : figure;
}

std::optional<double> PeopleTally::count_mae() const { return known(answered_.count_mae()); }
std::optional<double> PeopleTally::count_mae_cloud() const { return by_cloud_.count_mae(); }
std::optional<double> PeopleTally::cell_f1() const { return known(answered_.cell_f1()); }
std::optional<double> PeopleTally::count_mae_in_time() const { return known(in_time_.count_mae()); }
std::optional<double> PeopleTally::cell_f1_in_time() const { return known(in_time_.cell_f1()); }

std::optional<double> PeopleTally::cloud_cell_ratio() const {
  if (answered_.frames() == 0) return std::nullopt;
  return ratios_ / static_cast<double>(answered_.frames());
}

}  // namespace offramp
