#include <cmath>

#include "sim/testbed/emulated_link.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

// 1500 bytes take 1 ms.
constexpr LinkShape kLink{1.5e6, 0.010, 4500, 0};

EmulatedLink::Packet packet(std::uint8_t mark, std::size_t bytes = 1500) {
  return EmulatedLink::Packet(bytes, mark);
}

}  // namespace

TEST_CASE("a packet alone takes bytes / rate + delay") {
  EmulatedLink emulated(kLink, 1);
  CHECK_FALSE(emulated.next_due_s());
  emulated.push(5, packet(1, 750));
  CHECK(emulated.next_due_s().value() == Approx(5 + 0.0005 + 0.010).epsilon(1e-12));
  CHECK(emulated.pop().size() == 750);
  CHECK_FALSE(emulated.next_due_s());
}

TEST_CASE("packets are sent one after another, in order, and travel together") {
  EmulatedLink emulated(kLink, 1);
  for (std::uint8_t i = 0; i < 3; ++i) emulated.push(0, packet(i));
  for (std::uint8_t i = 0; i < 3; ++i) {
    CHECK(emulated.next_due_s().value() == Approx(0.001 * (i + 1) + 0.010).epsilon(1e-12));
    CHECK(emulated.pop().front() == i);
  }
}

TEST_CASE("what does not fit into the buffer is dropped, and the packet being sent has left it") {
  // 4500 bytes hold three packets: of five at once the first is being sent, three wait, the fifth is dropped.
  EmulatedLink emulated(kLink, 1);
  for (std::uint8_t i = 0; i < 5; ++i) emulated.push(0, packet(i));
  CHECK(emulated.counts().dropped == 1);
  // At 1.5 ms the second is being sent: there is room for one and no more.
  emulated.push(0.0015, packet(5));
  emulated.push(0.0015, packet(6));
  CHECK(emulated.counts().dropped == 2);
  std::vector<int> arrived;
  while (emulated.next_due_s()) arrived.push_back(emulated.pop().front());
  CHECK(arrived == std::vector<int>{0, 1, 2, 3, 5});
  CHECK(emulated.counts().carried == 5);
}

TEST_CASE("a lost packet takes its time on the link") {
  LinkShape link = kLink;
  link.loss_probability = 1;
  EmulatedLink emulated(link, 1);
  emulated.push(0, packet(0));
  CHECK_FALSE(emulated.next_due_s());
  CHECK(emulated.counts().lost == 1);
  for (int i = 0; i < 3; ++i) emulated.push(0, packet(1));  // fill the buffer, so the link was busy
  emulated.push(0, packet(2));
  CHECK(emulated.counts().dropped == 1);
}

TEST_CASE("packets are lost with the probability asked for") {
  // 20,000 packets at 2 %: 400 with a standard deviation of sqrt(20000 * 0.02 * 0.98) = 19.8.
  LinkShape link = kLink;
  link.loss_probability = 0.02;
  EmulatedLink emulated(link, 7);
  for (int i = 0; i < 20'000; ++i) {
    emulated.push(0.002 * i, packet(0));
    while (emulated.next_due_s()) emulated.pop();
  }
  CHECK(std::abs(static_cast<double>(emulated.counts().lost) - 400) < 4 * 19.8);
  CHECK(emulated.counts().dropped == 0);
}
