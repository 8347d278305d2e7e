#pragma once

#include <cstdint>
#include <string>

#include "sim/layers/layer_plan.hpp"

namespace offramp {

/// A feature on its way through layers, counting each operator as LibTorch would start it, by the rules of
/// models/profiling/operator_flops.hpp: every operator is a call, reads its inputs and weights and writes its
/// output in f32; a multiply and an add are two FLOPs.
class LayerCounter {
 public:
  struct Convolution {
    std::int64_t channels = 0;  ///< out
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t groups = 1;
    bool bias = false;
    std::int64_t padding = -1;  ///< -1: (kernel - 1) / 2, which keeps the size at stride 1
  };

  LayerCounter(std::string network, FeatureShape input, std::size_t classes);

  /// What follows belongs to a segment of this name.
  LayerCounter& segment(std::string name);

  LayerCounter& convolution(const Convolution& layer);
  LayerCounter& batch_norm();
  /// ReLU, ReLU6, SiLU, sigmoid: one operator an element, in place or not.
  LayerCounter& activation();
  LayerCounter& max_pool(std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                         bool ceil_mode = false);
  LayerCounter& global_average_pool();
  LayerCounter& linear(std::int64_t outputs);
  /// Adds (or multiplies by) a second feature: of this shape, or one number a channel.
  LayerCounter& add_feature();
  LayerCounter& scale_channels();
  /// Every second row and column of a feature of `from`, with zero channels put around to fit the present
  /// shape (He et al.'s shortcut A): one operator, the rows and columns are a view.
  LayerCounter& padded_shortcut(const FeatureShape& from);

  const FeatureShape& shape() const { return shape_; }
  /// Goes back to an earlier feature: a side path begins.
  LayerCounter& continue_from(const FeatureShape& shape);

  LayerPlan finish() { return std::move(plan_); }

 private:
  void count(double flops, double weights, double read, double written);

  LayerPlan plan_;
  FeatureShape shape_;
};

}  // namespace offramp
