#include "sim/tuning/request_costs.hpp"

#include <stdexcept>

#include "sim/platform/compute_time.hpp"
#include "sim/platform/message_size.hpp"

namespace offramp {
namespace {

std::size_t first_behind(const SetAnswers& answers) {
  return static_cast<std::size_t>(answers.last_device_exit + 1);
}

RequestCosts no_costs(const SetAnswers& answers) {
  return {std::vector<double>(answers.exits(), 0), {}, first_behind(answers)};
}

}  // namespace

RequestCosts offload_costs(const SetAnswers& answers) {
  RequestCosts costs = no_costs(answers);
  for (std::size_t exit = costs.first_behind; exit < answers.exits(); ++exit) costs.of_exit[exit] = 1;
  return costs;
}

RequestCosts flop_costs(const ExitProfile& profile, const SetAnswers& answers, const AsksExit& asks) {
  RequestCosts costs = no_costs(answers);
  double flops = 0;
  for (std::size_t exit = 0; exit < answers.exits(); ++exit) {
    flops += profile.exits[exit].backbone.flops + (asks(exit) ? profile.exits[exit].head.flops : 0);
    costs.of_exit[exit] = flops;
  }
  return costs;
}

RequestCosts byte_costs(const SetAnswers& answers) {
  if (answers.coded_bytes.empty()) throw std::invalid_argument("without a cut nothing is sent");
  RequestCosts costs = no_costs(answers);
  costs.crossing.assign(answers.coded_bytes.begin(), answers.coded_bytes.end());
  return costs;
}

RequestCosts device_second_costs(const ExitProfile& profile, const SetAnswers& answers,
                                 const DeviceType& type, const AsksExit& asks) {
  RequestCosts costs = no_costs(answers);
  const bool cut = !answers.coded_bytes.empty();
  double seconds = 0;
  for (std::size_t exit = 0; exit < answers.exits(); ++exit) {
    if (!cut || exit < costs.first_behind) {
      const bool starts_run = exit == 0 || asks(exit - 1);
      seconds += exit_time_s(type, profile, exit, asks(exit), starts_run);
    }
    costs.of_exit[exit] = seconds;
  }
  if (cut)
    costs.crossing.assign(answers.images, codec_time_s(type, answers.encode_s, profile.zstd_s_per_byte));
  return costs;
}

RequestCosts device_joule_costs(const ExitProfile& profile, const SetAnswers& answers, const DeviceType& type,
                                const AsksExit& asks) {
  RequestCosts costs = device_second_costs(profile, answers, type, asks);
  for (double& cost : costs.of_exit) cost *= type.busy_w;
  for (std::size_t image = 0; image < costs.crossing.size(); ++image)
    costs.crossing[image] =
        costs.crossing[image] * type.busy_w +
        static_cast<double>(wire_bytes(message_bytes(answers.coded_bytes[image]))) * type.radio_j_per_byte;
  return costs;
}

}  // namespace offramp
