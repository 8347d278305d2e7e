#pragma once

namespace offramp {

/// Whether this processor multiplies bf16.
bool processor_has_bf16();

/// bf16 for LibTorch's convolutions and products while it lives, where it is wanted.
class Autocast {
 public:
  explicit Autocast(bool wanted);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool enabled_;
};

}  // namespace offramp
