#include <algorithm>
#include <utility>

#include "sim/policy/adaptive_policy.hpp"

namespace offramp {
namespace {

/// By what the last transfers took, from a message being ready to its answer: from the k-th bound on, the
/// setting behind the k-th; the first one when nothing is known.
class TransfersPolicy final : public AdaptivePolicy {
 public:
  explicit TransfersPolicy(std::vector<double> times_s) : times_s_(std::move(times_s)) {}

  std::size_t choose(const DeviceView& device, std::span<const SettingCost> settings) const override {
    if (!device.response_s) return 0;
    const auto passed = std::upper_bound(times_s_.begin(), times_s_.end(), *device.response_s);
    return std::min(static_cast<std::size_t>(passed - times_s_.begin()), settings.size() - 1);
  }

 private:
  std::vector<double> times_s_;
};

}  // namespace

std::unique_ptr<AdaptivePolicy> make_transfers_policy(const AdaptiveRule& rule) {
  return std::make_unique<TransfersPolicy>(rule.times_s);
}

}  // namespace offramp
