#pragma once

namespace offramp {

/// LibTorch's threads, and OpenBLAS's behind it, set to one while it lives.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int torch_before_;
};

/// Processor time of this thread alone, in seconds: what else runs on the machine meanwhile does not count.
double thread_seconds();

/// Processor time of this program's threads together: for what keeps threads of its own, as x265 does.
double process_seconds();

}  // namespace offramp
