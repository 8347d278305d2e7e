#include "sim/policy/transfer_history.hpp"

#include "tests/catch.hpp"

using namespace offramp;

namespace {

constexpr TransferHistory::Memory kMemory{0.25, 1};

/// A message of 1,000 B ready at 0, gone at 0.1, answered at 0.15; one of 2,000 B at 1.0, 1.1 and 1.2.
TransferHistory two_transfers() {
  TransferHistory history;
  history.ready(0, 1000);
  history.left(0.1, 1000, kMemory);
  history.answered(0.15, 0, 0.1, kMemory);
  history.ready(1, 2000);
  history.left(1.1, 2000, kMemory);
  history.answered(1.2, 1, 1.1, kMemory);
  return history;
}

}  // namespace

TEST_CASE("a device that has sent nothing knows nothing") {
  const TransferHistory history;
  CHECK_FALSE(history.rate_bytes_per_s(5, kMemory));
  CHECK_FALSE(history.answer_s(5, kMemory));
  CHECK_FALSE(history.response_s(5, kMemory));
  CHECK(history.unsent_bytes() == 0);
}

TEST_CASE("each finished transfer moves the means by the gain") {
  // 10 kB/s, then a quarter of the way to 20 kB/s; 50 ms to 100 ms; 150 ms to 200 ms.
  const TransferHistory history = two_transfers();
  CHECK(*history.rate_bytes_per_s(1.3, kMemory) == Approx(12'500));
  CHECK(*history.answer_s(1.3, kMemory) == Approx(0.0625));
  CHECK(*history.response_s(1.3, kMemory) == Approx(0.1625));
}

TEST_CASE("a message that does not leave lowers the rate at once, and little when it has left") {
  TransferHistory history = two_transfers();
  history.ready(2, 1000);
  CHECK(history.unsent_bytes() == 1000);
  CHECK(*history.rate_bytes_per_s(2.01, kMemory) == Approx(12'500));  // 100 kB/s would explain it
  CHECK(*history.rate_bytes_per_s(2.5, kMemory) == Approx(2'000));
  CHECK(*history.response_s(2.5, kMemory) == Approx(0.5));
  CHECK(*history.answer_s(2.5, kMemory) == Approx(0.0625));  // the answer is not yet to be expected
  history.left(2.5, 1000, kMemory);
  CHECK(*history.rate_bytes_per_s(2.5, kMemory) == Approx(12'500 + 0.25 * (2'000 - 12'500)));
}

TEST_CASE("messages behind each other have the link one after the other") {
  // Both ready at 0; gone at 0.1 and 0.3: 10 kB/s, then 1,000 B in 0.2 s.
  TransferHistory history;
  history.ready(0, 1000);
  history.ready(0, 1000);
  CHECK(history.unsent_bytes() == 2000);
  history.left(0.1, 1000, kMemory);
  CHECK(*history.rate_bytes_per_s(0.1, kMemory) == Approx(10'000));
  CHECK(*history.rate_bytes_per_s(0.25, kMemory) == Approx(1000 / 0.15));
  history.left(0.3, 1000, kMemory);
  CHECK(*history.rate_bytes_per_s(0.3, kMemory) == Approx(10'000 + 0.25 * (5'000 - 10'000)));
}

TEST_CASE("an idle device forgets, and so it tries again") {
  const TransferHistory history = two_transfers();
  CHECK(history.response_s(2.19, kMemory));
  CHECK_FALSE(history.response_s(2.21, kMemory));
  CHECK_FALSE(history.rate_bytes_per_s(2.21, kMemory));
  CHECK_FALSE(history.answer_s(2.21, kMemory));
}

TEST_CASE("as long as a message waits to leave nothing is forgotten") {
  TransferHistory history = two_transfers();
  history.ready(2, 1000);
  CHECK(*history.response_s(9, kMemory) == Approx(7));
  CHECK(*history.rate_bytes_per_s(9, kMemory) == Approx(1000 / 7.0));
}

TEST_CASE("an answer that does not come counts while it is waited for, then it is given up") {
  TransferHistory history = two_transfers();
  history.ready(2, 1000);
  history.left(2.1, 1000, kMemory);
  CHECK(*history.answer_s(2.6, kMemory) == Approx(0.5));
  CHECK(*history.response_s(2.6, kMemory) == Approx(0.6));
  CHECK_FALSE(history.answer_s(3.2, kMemory));
  CHECK_FALSE(history.response_s(3.2, kMemory));
}
