#include "sim/testbed/measurement.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/sweep/process_pool.hpp"
#include "sim/testbed/child_process.hpp"
#include "sim/testbed/measured_replication.hpp"
#include "sim/testbed/message_socket.hpp"
#include "sim/testbed/monotonic.hpp"
#include "sim/testbed/plan_order.hpp"
#include "tests/catch.hpp"
#include "tests/cli/tiny_model.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

/// Two groups, of the tiny model: one sends features of what its exit is unsure of, the other every image.
constexpr const char* kScenario = R"(
name: played
duration: 2s
seed: 3
devices:
  - {count: 4, type: raspberry_pi_4, model: ./tiny, arrivals: {process: poisson, rate: 8/s}, access: wire,
     policy: {rule: entropy, thresholds_nats: [0.4]}, offload: {from: exit 0, codec: int8_zstd}}
  - {count: 2, type: jetson_nano, model: ./tiny, arrivals: {process: poisson, rate: 5/s}, access: wire,
     policy: {rule: always}, offload: {from: input, codec: raw_u8}}
network:
  access: {wire: {up: 100Mbps, down: 100Mbps, latency: 2ms}}
  uplink: {bandwidth: 10Mbps, latency: 8ms}
  connection: {idle_timeout: rto, pacing: false}
cloud: {type: nvidia_t4, batch: {max: 4, wait: 2ms}}
output: {figures: false}
)";

class Workshop {
 public:
  Workshop() {
    std::string name = (fs::temp_directory_path() / "offramp-testbed-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    write_tiny_model(path_ / "tiny");
    std::ofstream(path_ / "scenario.yaml") << kScenario;
  }
  ~Workshop() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scenario scenario(const std::vector<Override>& set = {}) const {
    return read_scenario((path_ / "scenario.yaml").string(), set);
  }

 private:
  fs::path path_;
};

struct Prepared {
  Scenario scenario;
  std::map<std::string, ExitProfile> profiles;
  std::vector<RoutePlan> routes;
  WorkOrder order;

  explicit Prepared(Scenario of) : scenario(std::move(of)) {
    const fs::path model = scenario.devices.front().model.directory;
    profiles.emplace(model.string(), read_exit_profile(model / "profile.safetensors"));
    routes = plan_routes(scenario, profiles);
    order = plan_order(scenario, routes, profiles, 0);
  }
  Replication measured(const Measurement& run) const {
    return measured_replication(scenario, routes, profiles, order, run);
  }
};

using Key = std::pair<std::uint32_t, double>;  // device and arrival name a request
std::map<Key, RequestRecord> by_key(const std::vector<RequestRecord>& records) {
  std::map<Key, RequestRecord> all;
  for (const RequestRecord& record : records) all[{record.device, record.arrival_s}] = record;
  return all;
}

bool may_shape() { return ::geteuid() == 0; }

/// Ids of the processes that a process has started.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::ifstream list(fmt::format("/proc/{}/task/{}/children", parent, parent));
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

bool is_gone(pid_t pid) {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::string id, name, state;
  return !(stat >> id >> name >> state) || state == "Z" || state == "X";
}

template <class Condition>
bool comes_true(Condition condition) {
  const double until_s = monotonic_s() + 20;
  while (!condition()) {
    if (monotonic_s() > until_s) return false;
    ::usleep(5000);
  }
  return true;
}

/// How many processes are in a network namespace.
std::size_t processes_in(const std::string& name) {
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::error_code error;
    const fs::path link = fs::read_symlink(entry.path() / "ns/net", error);
    if (!error && link.string() == name) ++found;
  }
  return found;
}

/// In a process of its own: one that ran an engine does not end well after it forked others.
std::vector<RequestRecord> simulated_requests(const Prepared& prepared) {
  const std::vector<std::string> answer = run_in_processes(1, 1, [&](std::size_t) {
    const std::vector<RequestRecord> requests = simulate(prepared.scenario, prepared.routes, 0).requests;
    return std::string(reinterpret_cast<const char*>(requests.data()),
                       requests.size() * sizeof(RequestRecord));
  });
  std::vector<RequestRecord> requests(answer[0].size() / sizeof(RequestRecord));
  std::memcpy(static_cast<void*>(requests.data()), answer[0].data(), answer[0].size());
  return requests;
}

}  // namespace

TEST_CASE("a run on real processes has the requests, exits, answers and bytes of the simulation") {
  // The simulator draws the requests, and the processes replay them; decisions and sizes depend on nothing
  // else. Only when a request ends can differ, so those are held together that ended in both.
  const Workshop place;
  const Prepared prepared(place.scenario());
  const Measurement run = measure(prepared.order, std::nullopt, OFFRAMP_PLAYER);
  const auto measured = by_key(prepared.measured(run).requests);
  const auto simulated = by_key(simulated_requests(prepared));
  REQUIRE(measured.size() == simulated.size());
  std::size_t compared = 0, offloaded = 0;
  for (const auto& [key, real] : measured) {
    REQUIRE(simulated.contains(key));
    const RequestRecord& predicted = simulated.at(key);
    CHECK(real.image == predicted.image);
    CHECK(real.group == predicted.group);
    if (real.outcome != Outcome::completed || predicted.outcome != Outcome::completed) continue;
    ++compared;
    offloaded += real.payload_bytes > 0 ? 1 : 0;
    CHECK(real.exit == predicted.exit);
    CHECK(real.answered_by == predicted.answered_by);
    CHECK(real.correct == predicted.correct);
    CHECK(real.payload_bytes == predicted.payload_bytes);
    CHECK(real.wire_bytes == predicted.wire_bytes);
    CHECK(real.sent_image == predicted.sent_image);
    // Never faster than what it stands for.
    CHECK(real.latency_s() >
          device_compute_s(prepared.order.routes[real.group], real.answered_by == 0 ? real.exit : -1));
  }
  CHECK(compared > 0.8 * static_cast<double>(measured.size()));
  CHECK(offloaded > 10);
  CHECK(run.cloud.refused == 0);
}

TEST_CASE("without reuse each request has a connection of its own and is answered over it") {
  const Workshop place;
  const Prepared prepared(place.scenario({{"network.connection.reuse", "false"}}));
  const Measurement run = measure(prepared.order, std::nullopt, OFFRAMP_PLAYER);
  std::size_t answered = 0, offered = 0;
  for (const DeviceReport::Frame& frame : run.devices.frames) {
    offered += frame.offered ? 1 : 0;
    answered += frame.offered && !std::isnan(frame.answered_s) ? 1 : 0;
  }
  CHECK(offered > 10);
  CHECK(answered > 0.8 * static_cast<double>(offered));
}

TEST_CASE("over an emulated network no answer comes before two ways through it") {
  if (!may_shape()) {
    WARN("skipped: an emulated network needs root");
    return;
  }
  const Workshop place;
  const Prepared prepared(place.scenario());
  const Measurement run = measure(prepared.order, star_of(prepared.scenario), OFFRAMP_PLAYER);
  const Replication measured = prepared.measured(run);
  std::size_t answered = 0;
  for (const RequestRecord& request : measured.requests) {
    if (request.answered_by != 1) continue;
    ++answered;
    // 2 + 8 ms one way; and its bytes over the uplink of 10 Mbit/s.
    const double wire_s = static_cast<double>(request.wire_bytes) / 1.25e6;
    CHECK(request.tiers[1].received_s - request.tiers[0].encoded_s > 0.010 + wire_s);
    CHECK(request.answered_s - request.tiers[1].computed_s > 0.010);
  }
  CHECK(answered > 10);
  CHECK(run.up.dropped == 0);
  // All that the uplink carried, acknowledgements and handshakes too, is more than the requests alone.
  double carried = 0, requested = 0;
  for (const Transmission& sent : run.uplink) carried += sent.bytes;
  for (const RequestRecord& request : measured.requests)
    if (!std::isnan(request.tiers[1].received_s)) requested += request.wire_bytes;
  CHECK(carried > requested);
  CHECK(carried < 1.6 * requested);
}

TEST_CASE("nothing is left of a run whose process is killed or interrupted") {
  // Ctrl-C is SIGINT, which a shell sees as exit code 128 + 2.
  const int signal = GENERATE(SIGKILL, SIGINT);
  const Workshop place;
  const Prepared prepared(place.scenario({{"duration", "600s"}}));
  const bool shaped = may_shape();
  const pid_t runner = ::fork();
  REQUIRE(runner >= 0);
  if (runner == 0) {
    ::signal(SIGINT, SIG_DFL);  // not that of the tests
    measure(prepared.order, shaped ? std::optional(star_of(prepared.scenario)) : std::nullopt,
            OFFRAMP_PLAYER);
    ::_exit(0);
  }
  std::vector<pid_t> children;
  REQUIRE(comes_true([&] { return (children = children_of(runner)).size() == 2; }));
  std::set<std::string> namespaces;
  const auto own = fs::read_symlink("/proc/self/ns/net").string();
  const auto entered = [&] {
    namespaces.clear();
    for (const pid_t child : children) {
      std::error_code error;
      namespaces.insert(fs::read_symlink(fmt::format("/proc/{}/ns/net", child), error).string());
    }
    return namespaces.size() == 2 && !namespaces.contains(own);
  };
  if (shaped) REQUIRE(comes_true(entered));
  ::kill(runner, signal);
  int status = 0;
  ::waitpid(runner, &status, 0);
  CHECK(WTERMSIG(status) == signal);
  for (const pid_t child : children) CHECK(comes_true([&] { return is_gone(child); }));
  if (!shaped) return;
  // Without a name, a process or a descriptor the kernel removes a namespace and the devices in it.
  for (const std::string& name : namespaces) CHECK(comes_true([&] { return processes_in(name) == 0; }));
}

TEST_CASE("a run ends when one of its processes is killed, and says so") {
  const Workshop place;
  const Prepared prepared(place.scenario({{"duration", "600s"}}));
  const pid_t runner = ::fork();
  REQUIRE(runner >= 0);
  if (runner == 0) {
    try {
      measure(prepared.order, std::nullopt, OFFRAMP_PLAYER);
    } catch (const std::runtime_error& error) {
      ::_exit(std::string(error.what()).find("signal 9") != std::string::npos ? 7 : 8);
    }
    ::_exit(9);
  }
  std::vector<pid_t> children;
  REQUIRE(comes_true([&] { return (children = children_of(runner)).size() == 2; }));
  ::kill(children.back(), SIGKILL);  // the devices
  int status = 0;
  ::waitpid(runner, &status, 0);
  CHECK(WEXITSTATUS(status) == 7);
  CHECK(comes_true([&] { return is_gone(children.front()); }));
}

TEST_CASE("the cloud cuts off who sends anything else, and goes on serving the others") {
  const Workshop place;
  Prepared prepared(place.scenario({{"duration", "3s"}}));
  WorkOrder& order = prepared.order;
  order.cloud.host = "127.0.0.1";
  ChildProcess cloud(OFFRAMP_PLAYER, {"testbed-cloud"}, nullptr);
  cloud.write_line(to_json(order));
  std::istringstream words(cloud.read_line(monotonic_s() + 60));
  std::string ready;
  SocketAddress at{"127.0.0.1", 0};
  REQUIRE(words >> ready >> at.port);
  cloud.write_line(fmt::format("start {:.9f} 127.0.0.1 {}", monotonic_s(), at.port));

  /// Sends, then reads until the other end closes or has sent something.
  const auto reply_to = [&](const std::vector<std::uint8_t>& bytes) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(at.port);
    ::inet_pton(AF_INET, at.host.c_str(), &address.sin_addr);
    REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    std::vector<std::uint8_t> answer(4096);
    const ssize_t got = ::recv(socket.get(), answer.data(), answer.size(), 0);
    answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return answer;
  };
  const std::uint16_t route = order.devices[order.requests[0].device].route;
  const std::vector<std::uint8_t> image(64, 0);
  const auto request = [&](std::uint64_t id, std::uint16_t by, std::span<const std::uint8_t> payload) {
    return encode_message({Message::Type::request, by, id, payload});
  };
  std::vector<std::uint8_t> damaged = request(0, route, image);
  damaged.back() ^= 1;
  std::vector<std::uint8_t> oversized = request(0, route, image);
  oversized[19] = 0x7F;
  CHECK(reply_to({'G', 'E', 'T', ' ', '/'}).empty());
  CHECK(reply_to(damaged).empty());
  CHECK(reply_to(oversized).empty());
  CHECK(reply_to(encode_message({Message::Type::answer, route, 0, image})).empty());
  CHECK(reply_to(request(order.requests.size(), route, image)).empty());
  CHECK(reply_to(request(0, static_cast<std::uint16_t>(route + 1), image)).empty());
  CHECK(reply_to(request(0, route, std::span(image).first(2))).empty());  // no codec made that
  const std::vector<std::uint8_t> good =
      reply_to(request(1, order.devices[order.requests[1].device].route, image));
  const DecodedMessage answer = decode_message(good);
  REQUIRE(answer.state == DecodedMessage::State::whole);
  CHECK(answer.message.request == 1);
  CHECK(
      reply_to(request(1, order.devices[order.requests[1].device].route, image)).empty());  // once is enough
  const CloudReport report = cloud_report_from(cloud.read_line(monotonic_s() + 60));
  CHECK(report.refused == 8);
}

TEST_CASE("what real processes cannot do is refused, all of it at once") {
  const Workshop place;
  const Scenario scenario = place.scenario({{"network.connection.pacing", "true"},
                                            {"network.connection.idle_timeout", "1s"},
                                            {"devices.0.offload.timeout", "50ms"},
                                            {"devices.1.night", "{from: 20:00, to: 06:00, model: ./tiny}"}});
  try {
    check_testbed(scenario, true);
    FAIL("it was not refused");
  } catch (const UserError& error) {
    CHECK(error.problems().size() == 4);
  }
  CHECK_NOTHROW(check_testbed(place.scenario(), true));
}

TEST_CASE("an order and the reports come back from JSON as they were") {
  const Workshop place;
  const Prepared prepared(place.scenario());
  const std::string json = to_json(prepared.order);
  CHECK(to_json(work_order_from(json)) == json);
  CHECK(work_order_from(json).requests.back().arrival_s == prepared.order.requests.back().arrival_s);
  DeviceReport report;
  report.frames.push_back({7});
  const DeviceReport back = device_report_from(to_json(report));
  CHECK(back.frames.front().request == 7);
  CHECK(std::isnan(back.frames.front().answered_s));
  CHECK_THROWS_AS(cloud_report_from("{}"), std::runtime_error);
}
