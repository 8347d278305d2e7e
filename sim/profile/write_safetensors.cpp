#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <system_error>

#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"
#include "sim/profile/safetensors.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

/// JSON of the header, padded with spaces so that the data begins at a multiple of 8 bytes.
std::string header_text(const std::vector<TensorView>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::set<std::string> names = {"__metadata__"};
  std::size_t offset = 0;
  for (const TensorView& tensor : tensors) {
    if (!names.insert(tensor.name).second)
      throw std::invalid_argument(fmt::format("two tensors are named {}", tensor.name));
    std::size_t bytes = tensor_type_bytes(tensor.type);
    for (const std::int64_t dimension : tensor.shape) bytes *= static_cast<std::size_t>(dimension);
    if (bytes != tensor.bytes.size())
      throw std::invalid_argument(fmt::format("tensor {} has {} bytes, but its shape needs {}", tensor.name,
                                              tensor.bytes.size(), bytes));
    header[tensor.name] = {{"dtype", tensor_type_name(tensor.type)},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

void write(std::ofstream& out, const void* data, std::size_t size) {
  out.write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
}

}  // namespace

void write_safetensors(const fs::path& path, std::vector<TensorView> tensors,
                       const std::map<std::string, std::string>& metadata) {
  std::ranges::stable_sort(tensors, std::ranges::greater{},
                           [](const TensorView& tensor) { return tensor_type_bytes(tensor.type); });
  const std::string header = header_text(tensors, metadata);
  const std::uint64_t length = header.size();
  const fs::path temporary =
      path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid());
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  try {
    errno = 0;
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    write(out, &length, sizeof length);
    write(out, header.data(), header.size());
    for (const TensorView& tensor : tensors) write(out, tensor.bytes.data(), tensor.bytes.size());
    out.close();
    if (!out)
      throw UserError(Place{path.string()},
                      fmt::format("cannot be written: {}", std::generic_category().message(errno)));
    publish_file(temporary, path);
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
}

}  // namespace offramp
