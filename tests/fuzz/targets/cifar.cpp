// Batches of CIFAR-10, plain and packed.
#include "models/data/cifar_batch.hpp"

#include <fstream>
#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"
#include "tests/fuzz/targets/packed_text.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("batch.bin");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    try {
      const LabelledImages images = read_cifar_batch(file->write(input), 10);
      require(images.pixels.size() == images.labels.size() * 3072, "each label has its pixels");
    } catch (const UserError&) {
    }
  };
  const std::string record = "\x07" + std::string(3072, 'p');
  target.seeds = {record,
                  record + record,
                  packed_text(record, Packed::gzip),
                  packed_text(record, Packed::xz),
                  packed_text(record, Packed::zstd),
                  packed_text(record, Packed::bzip2)};
  target.tokens = {"\x1f\x8b\x08",
                   "\xfd"
                   "7zXZ",
                   "BZh9", "\x28\xb5\x2f\xfd"};
  target.memory = kPackedMemory;
  return target;
}

}  // namespace offramp::fuzz
