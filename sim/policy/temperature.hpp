#pragma once

#include <cstdint>
#include <span>

namespace offramp {

/// The temperature that calibrates an exit: T for which softmax(logits / T) has the least mean negative log
/// likelihood of the labels. Above 1 where the network is too sure of itself. Naming a class is left as it
/// is. Source: Guo et al., On calibration of modern neural networks (ICML 2017).
/// @param logits  [images, classes], of images that the network was not trained on
/// @return within kLowestTemperature to kHighestTemperature, where one of these when the likelihood still
/// grows
///         there (all images right: any T would be too high)
double fit_temperature(std::span<const float> logits, std::span<const std::int32_t> labels);

inline constexpr double kLowestTemperature = 0.05;
inline constexpr double kHighestTemperature = 20;

/// What fit_temperature makes least.
double mean_negative_log_likelihood(std::span<const float> logits, std::span<const std::int32_t> labels,
                                    double temperature);

}  // namespace offramp
