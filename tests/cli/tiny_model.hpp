#pragma once

#include <filesystem>

namespace offramp {

/// Writes a zoo entry for the program's own tests into `directory`: model.yaml, weights.safetensors and a
/// profile of 60 images and three classes whose numbers come from a named random stream. Two exits; splits
/// "input" (raw_u8) and "exit 0" (int8_zstd); the early exit is right less often and unsure more often.
void write_tiny_model(const std::filesystem::path& directory);

}  // namespace offramp
