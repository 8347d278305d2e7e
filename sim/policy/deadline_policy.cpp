#include <utility>

#include "sim/policy/adaptive_policy.hpp"

namespace offramp {
namespace {

/// The first setting whose frames, if they are sent, should be answered within its part of the deadline; the
/// last when there is none. Settings that send more of the frames may be given a smaller part, since they
/// lose more when the prediction is wrong. Predicted is
///
///     backlog + compute and encoding + (unsent bytes + message) / rate + from the last byte to the answer
///
/// with rate and answer as the last transfers met them, and 0 for what nothing is known of.
/// After the predictors of Neurosurgeon (Kang et al., ASPLOS 2017) and Edgent (Li, Zhou and Chen, MECOMM
/// 2018), which choose cut and exit for the bandwidth that they measure.
class DeadlinePolicy final : public AdaptivePolicy {
 public:
  DeadlinePolicy(double deadline_s, std::vector<double> margins)
      : deadline_s_(deadline_s), margins_(std::move(margins)) {}

  std::size_t choose(const DeviceView& device, std::span<const SettingCost> settings) const override {
    for (std::size_t s = 0; s + 1 < settings.size(); ++s)
      if (predicted_s(device, settings[s]) <= (s < margins_.size() ? margins_[s] : 1) * deadline_s_) return s;
    return settings.size() - 1;
  }

 private:
  static double predicted_s(const DeviceView& device, const SettingCost& setting) {
    double seconds = device.backlog_s + setting.device_s;
    if (setting.message_bytes == 0) return seconds;
    if (device.rate_bytes_per_s)
      seconds += (device.unsent_bytes + setting.message_bytes) / *device.rate_bytes_per_s;
    return seconds + device.answer_s.value_or(0);
  }

  double deadline_s_;
  std::vector<double> margins_;
};

}  // namespace

std::unique_ptr<AdaptivePolicy> make_deadline_policy(const AdaptiveRule& rule) {
  return std::make_unique<DeadlinePolicy>(rule.deadline_s, rule.margins);
}

}  // namespace offramp
