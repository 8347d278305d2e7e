#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace offramp {

/// What a device knows of itself when a frame arrives: nothing of the link but what its own transfers met.
struct DeviceView {
  std::size_t frames_held = 0;  ///< before this one: waiting, being worked on, or not wholly sent
  double backlog_s = 0;         ///< until its processor has done what it holds
  double unsent_bytes = 0;      ///< of messages that are ready and have not wholly left
  // Of its last transfers, smoothed (TransferHistory); none: nothing was seen yet, or not for long.
  std::optional<double> rate_bytes_per_s = {};  ///< at which messages leave
  std::optional<double> answer_s = {};          ///< from a message's last byte to the answer
  std::optional<double> response_s = {};        ///< from a message being ready to the answer
};

/// What a setting (thresholds, split and codec) asks for, as the profile's images say before: means.
struct SettingCost {
  double device_s = 0;       ///< compute, and encoding where it is sent, of a frame that is sent
  double message_bytes = 0;  ///< of a frame that is sent; 0: the setting sends none
};

/// Chooses, frame by frame, with which of a group's settings a device works on it: a pure function of what
/// the device knows. Settings come in the order in which they are wanted. One file a rule; registered in
/// adaptive_policy.cpp, its parameters in scenario/adaptive_rules.
class AdaptivePolicy {
 public:
  virtual ~AdaptivePolicy() = default;

  /// @param settings  at least two
  /// @return an index of `settings`
  virtual std::size_t choose(const DeviceView& device, std::span<const SettingCost> settings) const = 0;
};

/// The parameters that a scenario gives to a rule.
struct AdaptiveRule {
  std::string rule;
  std::vector<std::size_t> frames = {};  ///< queue: from so many on the next setting; ascending
  std::vector<double> times_s = {};      ///< transfers: the same of a transfer's time; ascending
  double deadline_s = 0;                 ///< deadline
  /// deadline: of each setting but the last, the part of it that a prediction may take; empty: all of it
  std::vector<double> margins = {};
};

/// @throws UserError for an unknown rule, with those there are
std::unique_ptr<AdaptivePolicy> make_adaptive_policy(const AdaptiveRule& rule);

std::unique_ptr<AdaptivePolicy> make_queue_policy(const AdaptiveRule& rule);
std::unique_ptr<AdaptivePolicy> make_transfers_policy(const AdaptiveRule& rule);
std::unique_ptr<AdaptivePolicy> make_deadline_policy(const AdaptiveRule& rule);

}  // namespace offramp
