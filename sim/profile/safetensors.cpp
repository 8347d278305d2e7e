#include "sim/profile/safetensors.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <tuple>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/profile/safetensors_header.hpp"

namespace offramp {
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

namespace {

constexpr std::size_t kLengthBytes = 8;

[[noreturn]] void fail(const fs::path& path, std::string message) {
  throw UserError(Place{path.string()}, std::move(message));
}

/// A whole file in memory, read only.
class Mapping {
 public:
  explicit Mapping(const fs::path& path) {
    // O_NONBLOCK: a pipe in the file's place is refused below and does not hang here.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) fail(path, fmt::format("cannot be opened: {}", std::generic_category().message(errno)));
    struct stat status = {};
    const bool regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    size_ = regular ? static_cast<std::size_t>(status.st_size) : 0;
    if (size_ > 0) data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    const int error = errno;
    ::close(fd);
    if (!regular) fail(path, "is not a regular file");
    if (data_ == MAP_FAILED)
      fail(path, fmt::format("cannot be mapped: {}", std::generic_category().message(error)));
  }
  ~Mapping() {
    if (size_ > 0) ::munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The header's JSON, once its length is believed. @throws BadHeader
std::string_view header_text(std::span<const std::byte> file) {
  if (file.size() < kLengthBytes)
    throw BadHeader(fmt::format(
        "is no safetensors file: it has {} bytes, fewer than the header's length needs", file.size()));
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  if (length > kMaxHeaderBytes)
    throw BadHeader(
        fmt::format("is no safetensors file, or its header is too long: {} bytes announced, at most {} "
                    "are read",
                    length, kMaxHeaderBytes));
  if (length > file.size() - kLengthBytes)
    throw BadHeader(fmt::format("is cut short: its header has {} bytes, but only {} are left in the file",
                                length, file.size() - kLengthBytes));
  return {reinterpret_cast<const char*>(file.data()) + kLengthBytes, static_cast<std::size_t>(length)};
}

/// Each tensor begins where the one before ends; the last ends with the file. @throws BadHeader
void check_layout(const std::vector<TensorEntry>& tensors, std::uint64_t data_bytes) {
  std::uint64_t end_before = 0;
  for (const TensorEntry& tensor : tensors) {
    if (tensor.begin > tensor.end || tensor.end > data_bytes)
      throw BadHeader(
          fmt::format("is cut short or damaged: tensor {} lies at bytes {} to {}, but the file has {} "
                      "bytes of data",
                      printable(tensor.name), tensor.begin, tensor.end, data_bytes));
    if (tensor.begin != end_before)
      throw BadHeader(fmt::format(
          "tensor {} {}: it begins at byte {}, the one before ends at byte {}", printable(tensor.name),
          tensor.begin < end_before ? "overlaps" : "leaves a hole", tensor.begin, end_before));
    if (tensor.end - tensor.begin != tensor.expected_bytes())
      throw BadHeader(fmt::format("tensor {} has {} bytes, but {} [{}] needs {}", printable(tensor.name),
                                  tensor.end - tensor.begin, tensor_type_name(tensor.type),
                                  fmt::join(tensor.shape, ", "), tensor.expected_bytes()));
    end_before = tensor.end;
  }
  if (end_before != data_bytes)
    throw BadHeader(fmt::format("has {} bytes behind its last tensor", data_bytes - end_before));
}

}  // namespace

std::string_view tensor_type_name(TensorType type) {
  switch (type) {
    case TensorType::f32:
      return "F32";
    case TensorType::f16:
      return "F16";
    case TensorType::i32:
      return "I32";
    case TensorType::u32:
      return "U32";
    case TensorType::i64:
      return "I64";
    case TensorType::u8:
      return "U8";
    case TensorType::i8:
      return "I8";
  }
  return "";
}

std::size_t tensor_type_bytes(TensorType type) {
  switch (type) {
    case TensorType::u8:
    case TensorType::i8:
      return 1;
    case TensorType::f16:
      return 2;
    case TensorType::i64:
      return 8;
    default:
      return 4;
  }
}

SafetensorsFile::SafetensorsFile(const fs::path& path) : path_(path) {
  const auto mapping = std::make_shared<const Mapping>(path);
  storage_ = mapping;
  const std::span<const std::byte> file = mapping->bytes();
  try {
    const std::string_view json = header_text(file);
    const std::span<const std::byte> data = file.subspan(kLengthBytes + json.size());
    SafetensorsHeader header = parse_safetensors_header(json);
    metadata_ = std::move(header.metadata);
    std::ranges::sort(header.tensors, {},
                      [](const TensorEntry& entry) { return std::tie(entry.begin, entry.end, entry.name); });
    check_layout(header.tensors, data.size());
    for (TensorEntry& entry : header.tensors) {
      index_.emplace(entry.name, tensors_.size());
      tensors_.push_back({std::move(entry.name), entry.type, std::move(entry.shape),
                          data.subspan(entry.begin, entry.end - entry.begin)});
    }
  } catch (const BadHeader& error) {
    fail(path_, error.what());
  }
}

bool SafetensorsFile::contains(const std::string& name) const { return index_.contains(name); }

const TensorView& SafetensorsFile::tensor(const std::string& name) const {
  const auto found = index_.find(name);
  if (found == index_.end()) fail(path_, fmt::format("has no tensor {}", printable(name)));
  return tensors_[found->second];
}

const TensorView& SafetensorsFile::typed(const std::string& name, TensorType type,
                                         const std::vector<std::int64_t>& shape) const {
  const TensorView& view = tensor(name);
  if (view.type != type || view.shape != shape)
    fail(path_, fmt::format("tensor {} is {} [{}], but {} [{}] is needed", printable(name),
                            tensor_type_name(view.type), fmt::join(view.shape, ", "), tensor_type_name(type),
                            fmt::join(shape, ", ")));
  if (reinterpret_cast<std::uintptr_t>(view.bytes.data()) % tensor_type_bytes(type) != 0)
    fail(path_, fmt::format("tensor {} is not aligned to its elements; write the file again with a current "
                            "safetensors library",
                            printable(name)));
  return view;
}

}  // namespace offramp
