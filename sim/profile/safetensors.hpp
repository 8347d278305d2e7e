#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offramp {

/// Element types that Offramp's files use, by their name in the header.
enum class TensorType { f32, f16, i32, u32, i64, u8, i8 };

/// The name in a safetensors header: "F32", "I32", ...
std::string_view tensor_type_name(TensorType type);
std::size_t tensor_type_bytes(TensorType type);

/// One tensor of a file: row-major elements, not owned.
struct TensorView {
  std::string name;
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

/// A safetensors file, memory-mapped and checked before anything is believed: header length,
/// JSON, offsets in range, in order and without holes, sizes that match type and shape.
/// Format: https://github.com/huggingface/safetensors (8-byte little-endian header length, JSON
/// header, data).
class SafetensorsFile {
 public:
  /// @throws UserError naming the file and what is wrong with it
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<TensorView>& tensors() const { return tensors_; }
  /// The strings under "__metadata__".
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  bool contains(const std::string& name) const;
  /// @throws UserError when the tensor is missing
  const TensorView& tensor(const std::string& name) const;
  /// The elements as T. @throws UserError when missing, or of another type or shape
  template <class T>
  std::span<const T> elements(const std::string& name, const std::vector<std::int64_t>& shape) const;

  /// Keeps the mapping alive for as long as spans into it are used.
  std::shared_ptr<const void> storage() const { return storage_; }

 private:
  const TensorView& typed(const std::string& name, TensorType type,
                          const std::vector<std::int64_t>& shape) const;

  std::filesystem::path path_;
  std::shared_ptr<const void> storage_;
  std::vector<TensorView> tensors_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::string> metadata_;
};

/// Writes a file, and the folder it lies in, in one atomic step. Tensors are ordered by element size,
/// so that each is aligned. @throws UserError when it cannot be written
void write_safetensors(const std::filesystem::path& path, std::vector<TensorView> tensors,
                       const std::map<std::string, std::string>& metadata);

template <class T>
constexpr TensorType tensor_type_of();
template <>
constexpr TensorType tensor_type_of<float>() {
  return TensorType::f32;
}
/// Its bits (sim/core/half_float.hpp).
template <>
constexpr TensorType tensor_type_of<std::uint16_t>() {
  return TensorType::f16;
}
template <>
constexpr TensorType tensor_type_of<std::int32_t>() {
  return TensorType::i32;
}
template <>
constexpr TensorType tensor_type_of<std::uint32_t>() {
  return TensorType::u32;
}
template <>
constexpr TensorType tensor_type_of<std::int64_t>() {
  return TensorType::i64;
}
template <>
constexpr TensorType tensor_type_of<std::uint8_t>() {
  return TensorType::u8;
}

template <class T>
TensorView tensor_view(std::string name, std::span<const T> elements, std::vector<std::int64_t> shape) {
  return {std::move(name), tensor_type_of<T>(), std::move(shape), std::as_bytes(elements)};
}

template <class T>
std::span<const T> SafetensorsFile::elements(const std::string& name,
                                             const std::vector<std::int64_t>& shape) const {
  const TensorView& view = typed(name, tensor_type_of<T>(), shape);
  return {reinterpret_cast<const T*>(view.bytes.data()), view.bytes.size() / sizeof(T)};
}

}  // namespace offramp
