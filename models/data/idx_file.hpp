#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace offramp {

/// An array of unsigned bytes as an IDX file holds it.
struct IdxArray {
  std::vector<std::size_t> dimensions;
  std::vector<std::uint8_t> values;  ///< row-major
};

/// Reads an IDX file of unsigned bytes, plain or compressed by gzip.
/// Format: http://yann.lecun.com/exdb/mnist: two zero bytes, a type (8: unsigned byte), the number
/// of dimensions, each as 4 bytes big-endian, the values.
/// Takes at most 1,032 bytes of memory for each byte of the file: what deflate can make of one.
/// @param num_dimensions  what the file must have: 3 for images, 1 for labels
/// @throws UserError naming the file and what is wrong: missing, no IDX file, other type or number
///         of dimensions, cut short, bytes left over
IdxArray read_idx_file(const std::filesystem::path& path, std::size_t num_dimensions);

}  // namespace offramp
