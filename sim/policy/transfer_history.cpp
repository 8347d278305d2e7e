#include "sim/policy/transfer_history.hpp"

#include <algorithm>
#include <cmath>

namespace offramp {
namespace {

void learn(double& mean, double sample, double gain) {
  mean = std::isnan(mean) ? sample : mean + gain * (sample - mean);
}

}  // namespace

void TransferHistory::ready(double now_s, double bytes) {
  if (unsent_++ == 0) head_began_s_ = now_s;
  unsent_bytes_ += bytes;
  if (last_ready_s_ <= answered_ready_s_) silent_since_s_ = now_s;
  last_ready_s_ = last_news_s_ = now_s;
}

void TransferHistory::left(double now_s, double bytes, const Memory& memory) {
  --unsent_;
  unsent_bytes_ -= bytes;
  if (now_s > head_began_s_) learn(rate_bytes_per_s_, bytes / (now_s - head_began_s_), memory.gain);
  head_began_s_ = last_left_s_ = last_news_s_ = now_s;
}

void TransferHistory::answered(double now_s, double ready_s, double left_s, const Memory& memory) {
  learn(answer_s_, now_s - left_s, memory.gain);
  learn(response_s_, now_s - ready_s, memory.gain);
  answered_ready_s_ = std::max(answered_ready_s_, ready_s);
  silent_since_s_ = last_news_s_ = now_s;
}

bool TransferHistory::waits(double now_s, const Memory& memory) const {
  return unsent_ > 0 || (last_ready_s_ > answered_ready_s_ &&
                         now_s - std::max(silent_since_s_, last_left_s_) <= memory.memory_s);
}

bool TransferHistory::remembers(double now_s, const Memory& memory) const {
  return waits(now_s, memory) || now_s - last_news_s_ <= memory.memory_s;
}

std::optional<double> TransferHistory::rate_bytes_per_s(double now_s, const Memory& memory) const {
  double rate = remembers(now_s, memory) ? rate_bytes_per_s_ : kUnknown;
  if (unsent_ > 0 && now_s > head_began_s_) {
    const double explained = unsent_bytes_ / static_cast<double>(unsent_) / (now_s - head_began_s_);
    rate = std::isnan(rate) ? explained : std::min(rate, explained);
  }
  return std::isnan(rate) ? std::nullopt : std::optional(rate);
}

std::optional<double> TransferHistory::answer_s(double now_s, const Memory& memory) const {
  if (!remembers(now_s, memory)) return std::nullopt;
  double seconds = answer_s_;
  if (unsent_ == 0 && waits(now_s, memory)) {
    const double waited_s = now_s - std::max(silent_since_s_, last_left_s_);
    seconds = std::isnan(seconds) ? waited_s : std::max(seconds, waited_s);
  }
  return std::isnan(seconds) ? std::nullopt : std::optional(seconds);
}

std::optional<double> TransferHistory::response_s(double now_s, const Memory& memory) const {
  if (!remembers(now_s, memory)) return std::nullopt;
  double seconds = response_s_;
  if (waits(now_s, memory)) {
    const double waited_s = now_s - silent_since_s_;
    seconds = std::isnan(seconds) ? waited_s : std::max(seconds, waited_s);
  }
  return std::isnan(seconds) ? std::nullopt : std::optional(seconds);
}

}  // namespace offramp
