// The table of a run directory that `compare` reads.
#include "sim/record/replications_csv.hpp"

#include <memory>

#include "sim/core/error.hpp"
#include "tests/fuzz/input_file.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  const auto file = std::make_shared<InputFile>("replications.csv");
  FuzzTarget target;
  target.read = [file](Bytes input) {
    file->write(input);
    try {
      const ReplicationTable table = read_replications_csv(file->directory());
      require(table.metrics.size() == table.values.size(), "each metric has its column");
      for (const auto& values : table.values)
        require(values.size() == table.replications(), "all columns are of one length");
    } catch (const UserError&) {
    }
  };
  target.seeds = {"replication,latency_s.mean,accuracy.top1\n0,0.1,0.9\n1,0.2,\n", "replication\n0\n"};
  target.tokens = {",", "\n", "\r", "nan", "inf", "1e999", "-0"};
  target.memory = {256, 1u << 20};
  return target;
}

}  // namespace offramp::fuzz
