#include <simgrid/s4u.hpp>

#include <array>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "sim/core/random_stream.hpp"
#include "sim/platform/flows.hpp"
#include "sim/platform/simgrid_release.hpp"
#include "sim/simulation/link_sharing.hpp"
#include "sim/sweep/process_pool.hpp"
#include "tests/catch.hpp"

using namespace offramp;
namespace sg = simgrid::s4u;

namespace {

constexpr double kUnlimited = LinkSharing::kNoBound;

/// A flow over the one shared link, from a sender with a bound of its own.
struct Transfer {
  double start_s;
  std::uint64_t bytes;
  double bound_bytes_per_s;
};

/// When each transfer ended, shared by SimGrid and by us.
struct Ends {
  std::vector<double> simgrid_s;
  std::vector<double> ours_s;
};

/// Both at once, in one simulation: SimGrid has the links, we have the numbers.
class SideBySide final : private EventHandler {
 public:
  SideBySide(double link_bytes_per_s, const std::vector<Transfer>& transfers)
      : transfers_(transfers),
        ends_{std::vector<double>(transfers.size(), -1), std::vector<double>(transfers.size(), -1)},
        flows_([this](std::uint32_t flow) { ends_.simgrid_s[flow] = events_.now_s(); },
               [](std::uint32_t, double, double, double) {}),
        sharing_({link_bytes_per_s}, events_,
                 [this](std::uint32_t flow) { ends_.ours_s[flow] = events_.now_s(); }) {
    sg::NetZone* star = simgrid_release::star_zone("network");
    receiver_ = simgrid_release::host(star, "receiver", 1)->seal();
    simgrid_release::route(star, receiver_, nullptr, {});
    simgrid_release::route(star, nullptr, receiver_, {});
    const sg::LinkInRoute shared(
        simgrid_release::link(star, "shared", link_bytes_per_s)->set_latency(0)->seal());
    for (std::size_t i = 0; i < transfers.size(); ++i) {
      sg::Host* host = simgrid_release::host(star, "sender_" + std::to_string(i), 1)->seal();
      std::vector<sg::LinkInRoute> way{shared};
      if (std::isfinite(transfers[i].bound_bytes_per_s))
        way.emplace_back(
            simgrid_release::link(star, "own_" + std::to_string(i), transfers[i].bound_bytes_per_s)
                ->set_latency(0)
                ->seal());
      simgrid_release::route(star, host, nullptr, way);
      simgrid_release::route(star, nullptr, host, way);
      senders_.push_back(host);
    }
    star->seal();
  }

  Ends run(sg::Engine& engine, double until_s) {
    simgrid_release::actor("horizon", receiver_, [until_s] { sg::this_actor::sleep_until(until_s); });
    for (std::uint32_t flow = 0; flow < transfers_.size(); ++flow)
      events_.schedule(transfers_[flow].start_s, *this, 0, flow);
    engine.run_until(until_s);
    return ends_;
  }

 private:
  void on_event(std::uint32_t, std::uint32_t flow) override {
    const Transfer& transfer = transfers_[flow];
    flows_.start(senders_[flow], receiver_, flow, transfer.bytes, flow, events_.now_s());
    sharing_.start(0, transfer.bound_bytes_per_s, transfer.bytes, flow);
  }

  const std::vector<Transfer>& transfers_;
  Ends ends_;
  EventQueue events_;
  Flows flows_;
  LinkSharing sharing_;
  sg::Host* receiver_ = nullptr;
  std::vector<sg::Host*> senders_;
};

/// In a process of its own, as every Engine must be.
Ends ends_of(double link_bytes_per_s, const std::vector<Transfer>& transfers) {
  const std::string answer = run_in_processes(1, 1, [&](std::size_t) {
    std::array<char, 5> program{"test"};
    std::array<char, 32> quiet{"--log=xbt_cfg.thresh:warning"};
    std::array<char*, 3> arguments{program.data(), quiet.data(), nullptr};
    int count = 2;
    auto& engine = *new sg::Engine(&count, arguments.data());
    for (const char* setting : {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:0",
                                "surf/precision:1e-9", "maxmin/precision:1e-9"})
      sg::Engine::set_config(setting);
    const Ends ends = (new SideBySide(link_bytes_per_s, transfers))->run(engine, 1000);
    std::string bytes(reinterpret_cast<const char*>(ends.simgrid_s.data()), 8 * transfers.size());
    return bytes.append(reinterpret_cast<const char*>(ends.ours_s.data()), 8 * transfers.size());
  })[0];
  Ends ends{std::vector<double>(transfers.size()), std::vector<double>(transfers.size())};
  std::memcpy(ends.simgrid_s.data(), answer.data(), 8 * transfers.size());
  std::memcpy(ends.ours_s.data(), answer.data() + 8 * transfers.size(), 8 * transfers.size());
  return ends;
}

void check_ends(double link_bytes_per_s, const std::vector<Transfer>& transfers,
                const std::vector<double>& expected_s) {
  const Ends ends = ends_of(link_bytes_per_s, transfers);
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    CAPTURE(i);
    CHECK(ends.ours_s[i] == Approx(expected_s[i]));
    CHECK(ends.simgrid_s[i] == Approx(expected_s[i]));
  }
}

}  // namespace

TEST_CASE("a flow that joins halves the rate of the one that is there") {
  // 1000 B/s. The first has sent 1000 B of 2000 when the second comes; both then have 500 B/s. The second's
  // 500 B end at 2 s, and the first's last 500 B, alone again, at 2.5 s.
  check_ends(1000, {{0, 2000, kUnlimited}, {1, 500, kUnlimited}}, {2.5, 2});
}

TEST_CASE("what a slow sender leaves is the others'") {
  // 900 B/s for a sender bound to 100 B/s and two that are not: 100, 400, 400. The slow one's 200 B take 2 s.
  // The others' 1200 B: 800 B in these 2 s, then 450 B/s each for 400 B.
  check_ends(900, {{0, 200, 100}, {0, 1200, kUnlimited}, {0, 1200, kUnlimited}},
             {2, 2 + 400 / 450.0, 2 + 400 / 450.0});
}

TEST_CASE("senders that cannot fill the link have what they ask for") {
  check_ends(1000, {{0, 300, 100}, {0, 300, 200}}, {3, 1.5});
}

TEST_CASE("closed-form sharing agrees with SimGrid's max-min on a crowded link") {
  // 400 flows of 1 to 100 kB in 20 s ask 1 MB/s of 0.8 MB/s: up to dozens at a time, of four bounds.
  RandomEngine random = random_stream(3, 0, 0, "transfers");
  const auto uniform = [&random] { return boost::random::uniform_01<double>()(random); };
  const std::array bounds{20e3, 50e3, 300e3, kUnlimited};
  std::vector<Transfer> transfers;
  for (std::size_t i = 0; i < 400; ++i)
    transfers.push_back({20 * uniform(), static_cast<std::uint64_t>(1e3 + 99e3 * uniform()), bounds[i % 4]});
  const Ends ends = ends_of(0.8e6, transfers);
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    CAPTURE(i, transfers[i].start_s);
    REQUIRE(ends.ours_s[i] > transfers[i].start_s);
    CHECK(ends.ours_s[i] == Approx(ends.simgrid_s[i]).epsilon(1e-8));
  }
}
