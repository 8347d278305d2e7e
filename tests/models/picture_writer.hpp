#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace offramp {

/// A JPEG file of one colour.
std::string jpeg_text(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue);

/// A PNG file of RGB pixels, row by row, the three colours of a pixel together.
std::string png_text(int width, int height, const std::vector<std::uint8_t>& interleaved);

/// A tar archive, packed by xz when the name says so.
void write_tar(const std::filesystem::path& path, const std::map<std::string, std::string>& files);

/// One record of CIFAR-10's binary version: a label, then all pixels of one value.
std::string cifar_record(int label, std::uint8_t value);

}  // namespace offramp
