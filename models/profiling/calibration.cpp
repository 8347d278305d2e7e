#include "models/profiling/calibration.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "models/profiling/one_thread.hpp"
#include "models/profiling/zstd_yardstick.hpp"

namespace offramp {
namespace {

constexpr int kBlocksOfAWidth = 3;
constexpr std::int64_t kMatrixSide = 768;
constexpr std::int64_t kCopiedFloats = 16 << 20;  // 64 MiB

/// He et al.'s shortcut A: every second row and column, and zero channels on both sides.
torch::Tensor padded_shortcut(const torch::Tensor& x, std::int64_t channels) {
  const std::int64_t zeros = (channels - x.size(1)) / 2;
  return torch::constant_pad_nd(x.slice(2, 0, INT64_MAX, 2).slice(3, 0, INT64_MAX, 2),
                                {0, 0, 0, 0, zeros, zeros});
}

double seconds_of(const std::function<void()>& work) {
  const double start_s = thread_seconds();
  work();
  return thread_seconds() - start_s;
}

std::vector<double> sorted_times(int runs, const std::function<void()>& work) {
  for (int i = 0; i < std::max(1, runs / 10); ++i) work();
  std::vector<double> times_s;
  for (int i = 0; i < runs; ++i) times_s.push_back(seconds_of(work));
  std::sort(times_s.begin(), times_s.end());
  return times_s;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

double physical_memory_bytes() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

CalibrationNet::CalibrationNet() {
  add_first_block();
  std::int64_t in = 16;
  for (const std::int64_t out : {16, 32, 64})
    for (int block = 0; block < kBlocksOfAWidth; ++block) {
      add_basic_block(in, out, out == 64 && block + 1 == kBlocksOfAWidth);
      in = out;
    }
  eval();
}

CalibrationNet::Layer CalibrationNet::add_layer(std::int64_t in, std::int64_t out, std::int64_t stride) {
  const std::string number = std::to_string(children().size());
  Layer layer;
  layer.convolution = register_module(
      "conv" + number,
      torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).stride(stride).padding(1).bias(false)));
  layer.norm = register_module("norm" + number, torch::nn::BatchNorm2d(out));
  return layer;
}

void CalibrationNet::add_first_block() {
  Layer first = add_layer(3, 16, 1);
  blocks_.emplace_back(
      [first](const torch::Tensor& x) mutable { return first.norm(first.convolution(x)).relu_(); });
}

void CalibrationNet::add_basic_block(std::int64_t in, std::int64_t out, bool last) {
  Layer first = add_layer(in, out, in == out ? 1 : 2), second = add_layer(out, out, 1);
  torch::nn::Linear classifier{nullptr};
  if (last) classifier = register_module("classifier", torch::nn::Linear(out, 10));
  blocks_.emplace_back([=](const torch::Tensor& x) mutable {
    torch::Tensor y = second.norm(second.convolution(first.norm(first.convolution(x)).relu_()));
    y.add_(in == out ? x : padded_shortcut(x, out)).relu_();
    return classifier ? classifier(torch::adaptive_avg_pool2d(y, {1, 1}).flatten(1)) : y;
  });
}

torch::Tensor CalibrationNet::run_whole(const torch::Tensor& picture) {
  torch::Tensor x = picture;
  for (const auto& block : blocks_) x = block(x);
  return x;
}

Calibration measure_this_machine(int runs) {
  const OneThread one_thread;
  const torch::NoGradGuard no_grad;
  CalibrationNet net;
  Calibration calibration;
  torch::Tensor feature = CalibrationNet::picture();
  for (std::size_t block = 0; block < net.num_blocks(); ++block) {
    const torch::Tensor in = feature;
    const std::vector<double> times_s = sorted_times(runs, [&] { feature = net.run(block, in); });
    calibration.pieces.push_back({std::to_string(block), percentile(times_s, 0.5)});
  }
  const std::vector<double> whole_s = sorted_times(runs, [&] { net.run_whole(CalibrationNet::picture()); });
  const double median_s = percentile(whole_s, 0.5);
  calibration.pieces.push_back({"whole", median_s});
  calibration.service_spread = (percentile(whole_s, 0.84) - percentile(whole_s, 0.16)) / 2 / median_s;

  const torch::Tensor a = torch::ones({kMatrixSide, kMatrixSide}),
                      b = torch::ones({kMatrixSide, kMatrixSide});
  const double product_flops = 2 * std::pow(static_cast<double>(kMatrixSide), 3);
  calibration.peak_flops_per_s = product_flops / sorted_times(10, [&] { torch::mm(a, b); }).front();
  const torch::Tensor from = torch::ones({kCopiedFloats}), to = torch::empty({kCopiedFloats});
  calibration.peak_memory_bytes_per_s =
      2 * 4 * static_cast<double>(kCopiedFloats) / sorted_times(10, [&] { to.copy_(from); }).front();
  calibration.zstd_s_per_byte = measure_zstd_s_per_byte();
  calibration.memory_bytes = physical_memory_bytes();
  return calibration;
}

}  // namespace offramp
