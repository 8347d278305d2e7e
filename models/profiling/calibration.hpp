#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace offramp {

/// The network that machines are measured with: ResNet-20 for 32x32 pictures, as sim/layers describes it,
/// with weights as they fall, cut into its ten blocks.
class CalibrationNet : public torch::nn::Module {
 public:
  CalibrationNet();

  std::size_t num_blocks() const { return blocks_.size(); }
  /// @param x  [1, channels, height, width]: the picture for block 0, else the output of the block before
  torch::Tensor run(std::size_t block, const torch::Tensor& x) { return blocks_[block](x); }
  torch::Tensor run_whole(const torch::Tensor& picture);
  static torch::Tensor picture() { return torch::ones({1, 3, 32, 32}); }

 private:
  struct Layer {
    torch::nn::Conv2d convolution{nullptr};
    torch::nn::BatchNorm2d norm{nullptr};
  };
  Layer add_layer(std::int64_t in, std::int64_t out, std::int64_t stride);
  void add_first_block();
  void add_basic_block(std::int64_t in, std::int64_t out, bool last);

  std::vector<std::function<torch::Tensor(const torch::Tensor&)>> blocks_;
};

/// What was measured on this machine, one thread, batch 1; times are the thread's own processor time.
struct Calibration {
  struct Piece {
    std::string name;    ///< a segment of ResNet-20's layer plan, by its number, or "whole"
    double seconds = 0;  ///< median
  };
  std::vector<Piece> pieces;
  double service_spread = 0;    ///< of the whole network: (84th - 16th percentile) / 2 over the median
  double peak_flops_per_s = 0;  ///< the best of several large matrix products
  double peak_memory_bytes_per_s =
      0;  ///< the best of several copies of a block larger than caches, read + written
  double zstd_s_per_byte = 0;
  double memory_bytes = 0;
};

/// @param runs  of each piece, after a tenth of them as warm-up; at least 3
Calibration measure_this_machine(int runs);

/// Fits a device type to what was measured and writes NAME.yaml and NAME.csv (the measured times) into a
/// folder.
/// @return the file of the type
std::filesystem::path write_device_type(const Calibration& calibration, const std::string& name,
                                        const std::filesystem::path& folder);

}  // namespace offramp
