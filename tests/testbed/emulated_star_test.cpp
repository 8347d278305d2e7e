#include "sim/testbed/emulated_star.hpp"

#include "tests/catch.hpp"

using namespace offramp;

namespace {

constexpr double kRoom = 1e9;

// Two devices behind one gateway. On an access link 1000 bytes take 1 ms and travel 2 ms; on the uplink they
// take 10 ms and travel 5 ms.
StarShape two_devices(double uplink_buffer = kRoom) {
  const LinkShape access{1e6, 0.002, kRoom, 0};
  const LinkShape uplink{1e5, 0.005, uplink_buffer, 0};
  return {{{access, access, 0}, {access, access, 0}}, {uplink}, {uplink}};
}

/// An IPv4 header's addresses, and bytes behind them.
PacketWay::Packet packet(std::uint8_t from_device, bool up, std::uint8_t mark, std::size_t bytes = 1000) {
  PacketWay::Packet made(bytes, mark);
  made[0] = 0x45;
  const std::uint8_t device[] = {10, 77, 1, static_cast<std::uint8_t>(from_device + 1)};
  const std::uint8_t cloud[] = {10, 77, 0, 2};
  std::copy_n(up ? device : cloud, 4, made.begin() + 12);
  std::copy_n(up ? cloud : device, 4, made.begin() + 16);
  return made;
}

/// When what is under way arrives, in order.
std::vector<std::pair<double, int>> arrivals(EmulatedStar& star) {
  std::vector<std::pair<double, int>> all;
  while (const auto due_s = star.next_due_s())
    if (const auto out = star.take(*due_s)) all.emplace_back(*due_s, out->back());
  return all;
}

}  // namespace

TEST_CASE("a packet passes its access link, then the uplink") {
  // 1 + 2 + 10 + 5 ms
  EmulatedStar star(two_devices(), EmulatedStar::Direction::up, 1);
  star.push(3, packet(0, true, 7));
  const auto out = arrivals(star);
  REQUIRE(out.size() == 1);
  CHECK(out[0].first == Approx(3.018).epsilon(1e-12));
}

TEST_CASE("devices do not wait for each other on their access links, but on the uplink") {
  // Both are at the uplink at 3 ms; the second is sent 10 ms behind the first.
  EmulatedStar star(two_devices(), EmulatedStar::Direction::up, 1);
  star.push(0, packet(0, true, 1));
  star.push(0, packet(1, true, 2));
  const auto out = arrivals(star);
  REQUIRE(out.size() == 2);
  CHECK(out[0].first == Approx(0.018));
  CHECK(out[1].first == Approx(0.028));
  // What the uplink sent: 3 to 13 ms, 13 to 23 ms.
  REQUIRE(star.transmissions().size() == 2);
  CHECK(star.transmissions()[1].from_s == Approx(0.013));
  CHECK(star.transmissions()[1].to_s == Approx(0.023));
}

TEST_CASE("on the way down the uplink comes first, and each device has its own packets") {
  // The uplink sends them at 10 and 20 ms, 5 ms on the way; then 1 + 2 ms each.
  EmulatedStar star(two_devices(), EmulatedStar::Direction::down, 1);
  star.push(0, packet(0, false, 1));
  star.push(0, packet(1, false, 2));
  const auto out = arrivals(star);
  REQUIRE(out.size() == 2);
  CHECK(out[0].first == Approx(0.018));
  CHECK(out[1].first == Approx(0.028));
}

TEST_CASE("the uplink's buffer drops what it has no room for, whichever device it is of") {
  // Room for one that waits: of three at the uplink at 3 ms one is being sent, one waits, one is dropped.
  EmulatedStar star(two_devices(1000), EmulatedStar::Direction::up, 1);
  star.push(0, packet(0, true, 1));
  star.push(0, packet(1, true, 2));
  star.push(0.0000001, packet(1, true, 3));
  CHECK(arrivals(star).size() == 2);
  CHECK(star.counts().dropped == 1);
  CHECK(star.counts().carried == 2);
}

TEST_CASE("a late look changes nothing of when packets were sent") {
  // Nobody looks before 1 s; the uplink sent them at 13 and 23 ms all the same.
  EmulatedStar star(two_devices(), EmulatedStar::Direction::up, 1);
  star.push(0, packet(0, true, 1));
  star.push(0, packet(1, true, 2));
  REQUIRE(star.take(1));
  REQUIRE(star.take(1));
  CHECK(star.transmissions()[1].to_s == Approx(0.023));
}

TEST_CASE("packets of nobody's address go nowhere") {
  EmulatedStar star(two_devices(), EmulatedStar::Direction::up, 1);
  star.push(0, packet(2, true, 1));  // there are two devices
  PacketWay::Packet six = packet(0, true, 1);
  six[0] = 0x60;
  star.push(0, six);
  star.push(0, PacketWay::Packet(19, 0x45));
  CHECK_FALSE(star.next_due_s());
}

TEST_CASE("addresses go over several subnets") {
  CHECK(star_address(0) == "10.77.1.1");
  CHECK(star_address(249) == "10.77.1.250");
  CHECK(star_address(250) == "10.77.2.1");
}
