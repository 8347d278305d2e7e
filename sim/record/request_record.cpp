#include "sim/record/request_record.hpp"

namespace offramp {

std::string_view outcome_name(Outcome outcome) {
  constexpr std::array<std::string_view, kOutcomes> kNames{"completed", "fallen_back", "dropped", "lost",
                                                           "in_flight"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace offramp
