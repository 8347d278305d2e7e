#include <cmath>

#include "sim/simulation/lane.hpp"
#include "sim/simulation/train_shape.hpp"
#include "tests/catch.hpp"

using namespace offramp;

namespace {

constexpr std::uint32_t kSegment = kWireSegmentBytes;

/// 100 Mbit/s and 50 ms: a round trip is 100.12 ms.
const TcpPath kPath{12.5e6, 0.050, 150e3};

/// A train of segments that comes through, as its acknowledgement tells.
Acknowledgement acknowledgement_of(const Train& train, double at_s) {
  Acknowledgement one;
  one.at_s = at_s;
  one.bytes = train.wire_bytes;
  one.reveals_bytes = train.reveals_bytes;
  one.again = train.again;
  one.probe = train.probe;
  return one;
}

Train train_of(std::uint32_t segments, bool again = false) {
  Train train;
  train.wire_bytes = segments * kSegment;
  train.again = again;
  return train;
}

/// A window of that many segments, in slow start.
TcpWindow window_of(double segments) {
  TcpWindow window;
  window.sent(0, segments, segments, false);
  window.acknowledged_whole(kPath, 0, segments - window.segments());
  return window;
}

}  // namespace

TEST_CASE("a burst leaves in a full buffer what the link drains while it comes") {
  // An access link ten times as fast: nine tenths of a burst pile up. With room for 9 segments 10 fit; of the
  // 13 behind them every tenth finds room: one passes, the last 3 are lost behind it.
  const TcpPath path{12.5e6, 0.050, 150e3, 125e6};
  const Release burst{23.0 * kSegment};
  const double piling = piling_part(path, TcpWindow(), burst, false);
  CHECK(piling == Approx(0.9).epsilon(1e-12));
  const TrainCut cut = cut_train(23 * kSegment, 9 * kSegment, piling);
  CHECK(cut.fits == 10 * kSegment);
  CHECK(cut.lost == 9 * kSegment);
  CHECK(cut.passes == 1 * kSegment);
  CHECK(cut.lost_behind == 3 * kSegment);
}

TEST_CASE("what acknowledgements let go comes as they do") {
  // 10 segments are acknowledged and 20 let go: half of them pile up. As many as are acknowledged: none.
  const TcpPath path{12.5e6, 0.050, 150e3, 125e6};
  CHECK(piling_part(path, TcpWindow(), {20.0 * kSegment, 10.0 * kSegment}, false) == Approx(0.5));
  CHECK(piling_part(path, TcpWindow(), {10.0 * kSegment, 10.0 * kSegment}, false) == Approx(0));
}

TEST_CASE("a buffer that holds more than it has room for lets nothing in until that has left") {
  // 4 segments too much; while 10 come, at twice the link's rate, 5 leave: one passes, the last.
  const TrainCut cut = cut_train(10 * kSegment, -4.0 * kSegment, 0.5);
  CHECK(cut.fits == 0);
  CHECK(cut.lost == 9 * kSegment);
  CHECK(cut.passes == kSegment);
  CHECK(cut.lost_behind == 0);
  const TrainCut none = cut_train(10 * kSegment, -6.0 * kSegment, 0.5);
  CHECK(none.lost == 10 * kSegment);
}

TEST_CASE("a short last segment is a segment") {
  const TrainCut cut = cut_train(2 * kSegment + 100, kSegment, 0.9);
  CHECK(cut.fits == kSegment);
  CHECK(cut.fits + cut.lost + cut.passes + cut.lost_behind == 2 * kSegment + 100);
}

TEST_CASE("a loss that later segments tell of leaves as much under way as comes through") {
  // Window 80; 10 of a message's 23 segments are lost, the next message's 23 come through. Its
  // acknowledgement finds 33 under way: 10 lost, 56 (0.7 of 80) the window, and 23 the most that may be under
  // way. So 10 go again and 13 more; then each of the 10 that is acknowledged brings another.
  Lane lane;
  TcpWindow window = window_of(80);
  lane.in_flight_bytes = 10 * kSegment;
  lane.own_losses().lose({7, 10 * kSegment});
  Train later = train_of(23);
  lane.losses->note(later);
  CHECK(later.reveals_bytes == 10 * kSegment);
  lane.in_flight_bytes += later.wire_bytes;
  lane.acknowledge(acknowledgement_of(later, 0.2), kPath, window);
  CHECK(window.segments() == Approx(56).epsilon(1e-9));
  REQUIRE(lane.losses->has_again());
  CHECK(lane.losses->next_again().request == 7);
  CHECK(lane.losses->next_again().bytes == 10 * kSegment);
  CHECK(lane.in_flight_bytes == 0);
  CHECK(lane.allowed_bytes(window) == 23 * kSegment);

  const auto again = lane.next_train(0, kPath, window);
  REQUIRE(again);
  CHECK(again->wire_bytes == 10 * kSegment);
  lane.in_flight_bytes += again->wire_bytes;
  lane.acknowledge(acknowledgement_of(*again, 0.3), kPath, window);
  CHECK_FALSE(lane.losses->recovering());  // 23 and 10 were under way
  CHECK(lane.losses->over());
  CHECK(lane.allowed_bytes(window) == 56 * kSegment);
}

TEST_CASE("two segments behind a loss are doubted for a quarter of a round trip") {
  Lane lane;
  TcpWindow window = window_of(40);
  lane.in_flight_bytes = 5 * kSegment;
  lane.own_losses().lose({0, 5 * kSegment});
  Train later = train_of(2);
  lane.losses->note(later);
  lane.in_flight_bytes += later.wire_bytes;
  lane.acknowledge(acknowledgement_of(later, 0.2), kPath, window);
  CHECK_FALSE(lane.losses->has_again());
  CHECK(lane.losses->doubts_until_s() == Approx(0.225).epsilon(1e-9));
  lane.losses->believe(lane.in_flight_bytes, window);
  CHECK(lane.losses->has_again());
  CHECK(window.segments() == Approx(28).epsilon(1e-9));
}

TEST_CASE("a lost tail is probed for, and sent again in 1, 2, 4, ... segments") {
  // Nothing follows the 8 lost ones: two round trips after the last sign of life the last of them goes, and
  // its acknowledgement tells of the other 7. One may be under way, then two, then four.
  Lane lane;
  TcpWindow window = window_of(40);
  lane.in_flight_bytes = 8 * kSegment;
  lane.own_losses().lose({0, 8 * kSegment});
  lane.losses->wait(0.1, lane.in_flight_bytes, kPath, window);
  CHECK(lane.losses->waits_until_s() == Approx(0.1 + 2 * kPath.round_s()).epsilon(1e-9));
  REQUIRE(lane.losses->probes());
  Train probe = train_of(1, true);
  CHECK(lane.losses->probe().bytes == kSegment);
  probe.probe = true;
  lane.losses->note(probe);
  lane.acknowledge(acknowledgement_of(probe, 0.4), kPath, window);
  double at_s = 0.4;
  for (std::uint32_t segments : {1U, 2U, 4U}) {
    const auto again = lane.next_train(0, kPath, window);
    REQUIRE(again);
    CHECK(again->wire_bytes == segments * kSegment);
    lane.in_flight_bytes += again->wire_bytes;
    CHECK_FALSE(lane.next_train(0, kPath, window));
    lane.acknowledge(acknowledgement_of(*again, at_s += 0.1), kPath, window);
  }
  CHECK(lane.losses->over());
  CHECK(lane.in_flight_bytes == 0);
}

TEST_CASE("a probe that repairs the only loss costs window, and no recovery") {
  Lane lane;
  TcpWindow window = window_of(40);
  lane.in_flight_bytes = kSegment;
  lane.own_losses().lose({0, kSegment});
  lane.losses->wait(0, lane.in_flight_bytes, kPath, window);
  CHECK(lane.losses->waits_until_s() == Approx(window.timeout_s(kPath)));  // one alone: as late as a timeout
  Train probe = train_of(1, true);
  CHECK(lane.losses->probe().bytes == kSegment);
  probe.probe = true;
  lane.losses->note(probe);
  lane.acknowledge(acknowledgement_of(probe, 0.4), kPath, window);
  CHECK(window.segments() == Approx(28).epsilon(1e-9));
  CHECK(lane.losses->over());
}

TEST_CASE("when the probe is lost too, a timeout sends all again from a window of one") {
  Lane lane;
  TcpWindow window = window_of(40);
  lane.in_flight_bytes = 8 * kSegment;
  lane.own_losses().lose({0, 8 * kSegment});
  lane.losses->probe();
  lane.losses->lose({0, kSegment});
  CHECK_FALSE(lane.losses->probes());
  lane.losses->time_out(lane.in_flight_bytes, window);
  CHECK(lane.in_flight_bytes == 0);
  CHECK(window.segments() == 1);
  const auto first = lane.next_train(0, kPath, window);
  REQUIRE(first);
  CHECK(first->wire_bytes == kSegment);
}
