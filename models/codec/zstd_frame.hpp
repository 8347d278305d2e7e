#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace offramp {

/// Packs bytes with zstd, the frame bare: no magic number, content size, checksum or dictionary id.
class ZstdPacker {
 public:
  explicit ZstdPacker(int level);
  ~ZstdPacker();
  /// Appends the frame to `out`.
  void pack(std::span<const std::byte> bytes, std::vector<std::byte>& out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::vector<std::byte> room_;  ///< kept from call to call, since making it anew would fill it with zeros
};

/// Unpacks what ZstdPacker made.
class ZstdUnpacker {
 public:
  ZstdUnpacker();
  ~ZstdUnpacker();
  /// @param out  of the size that was packed
  /// @throws DamagedStream unless the frame is whole, sound, of exactly that content, and nothing follows
  void unpack(std::span<const std::byte> frame, std::span<std::byte> out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace offramp
