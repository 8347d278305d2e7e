#include <algorithm>
#include <utility>

#include "sim/policy/adaptive_policy.hpp"

namespace offramp {
namespace {

/// By how many frames the device holds: from the k-th bound on, the setting behind the k-th.
class QueuePolicy final : public AdaptivePolicy {
 public:
  explicit QueuePolicy(std::vector<std::size_t> frames) : frames_(std::move(frames)) {}

  std::size_t choose(const DeviceView& device, std::span<const SettingCost> settings) const override {
    const auto passed = std::upper_bound(frames_.begin(), frames_.end(), device.frames_held);
    return std::min(static_cast<std::size_t>(passed - frames_.begin()), settings.size() - 1);
  }

 private:
  std::vector<std::size_t> frames_;
};

}  // namespace

std::unique_ptr<AdaptivePolicy> make_queue_policy(const AdaptiveRule& rule) {
  return std::make_unique<QueuePolicy>(rule.frames);
}

}  // namespace offramp
