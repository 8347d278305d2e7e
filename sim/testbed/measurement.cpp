#include "sim/testbed/measurement.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "sim/testbed/child_process.hpp"
#include "sim/testbed/monotonic.hpp"
#include "sim/testbed/relay.hpp"

namespace offramp {
namespace {

constexpr double kLoadingS = 180;  // networks and data
constexpr double kBeforeStartS = 0.3;
constexpr double kReportingS = 60;

/// Two namespaces and the network between them.
class StarPath {
 public:
  StarPath(const StarShape& shape, const std::vector<std::string>& device_addresses)
      : near_device_(near_, kStarOwnAddress, device_addresses),
        far_device_(far_, kStarCloudAddress),
        shape_(shape) {
    for (const NetworkNamespace* end : {&near_, &far_}) {
      end->set("net/ipv4/tcp_no_metrics_save", "1");
      end->set("net/ipv4/tcp_slow_start_after_idle", "1");
      end->set("net/ipv4/tcp_wmem", "4096 33554432 67108864");
      end->set("net/ipv4/tcp_rmem", "4096 33554432 67108864");
    }
  }

  const NetworkNamespace& near() const { return near_; }
  const NetworkNamespace& far() const { return far_; }

  /// Not before all processes were forked: it is a thread.
  void open() {
    auto up = std::make_unique<EmulatedStar>(shape_, EmulatedStar::Direction::up, 1);
    star_up_ = up.get();
    relay_ =
        std::make_unique<Relay>(near_device_, far_device_, std::move(up),
                                std::make_unique<EmulatedStar>(shape_, EmulatedStar::Direction::down, 1000));
    relay_->take_worst_lateness_s();
  }

  void report(Measurement& measured, double start_s) {
    const Relay::Counts counts = relay_->counts();
    measured.up = counts.up;
    measured.down = counts.down;
    measured.relay_worst_lateness_s = relay_->take_worst_lateness_s();
    measured.real_time = relay_->runs_first();
    relay_->stop();
    for (const Transmission& sent : star_up_->transmissions())
      measured.uplink.push_back({sent.from_s - start_s, sent.to_s - start_s, sent.bytes});
  }

 private:
  NetworkNamespace near_;
  NetworkNamespace far_;
  TunDevice near_device_;
  TunDevice far_device_;
  StarShape shape_;
  const EmulatedStar* star_up_ = nullptr;
  std::unique_ptr<Relay> relay_;
};

std::uint16_t port_in(const std::string& line) {
  std::istringstream words(line);
  std::string ready;
  std::uint16_t port = 0;
  if (!(words >> ready >> port)) throw std::runtime_error("the cloud's process is not ready: " + line);
  return port;
}

bool may_run_first() {
  const sched_param priority{.sched_priority = 1};
  sched_param before{};
  const int policy = ::sched_getscheduler(0);
  ::sched_getparam(0, &before);
  if (::sched_setscheduler(0, SCHED_FIFO, &priority) != 0) return false;
  ::sched_setscheduler(0, policy, &before);
  return true;
}

}  // namespace

Measurement measure(WorkOrder order, const std::optional<StarShape>& shape,
                    const std::filesystem::path& program) {
  Measurement measured;
  measured.real_time = may_run_first();
  std::unique_ptr<StarPath> path;
  order.shaped = shape.has_value();
  order.cloud.host = shape ? kStarCloudAddress : "127.0.0.1";
  std::vector<std::string> addresses;
  for (std::size_t device = 0; device < order.devices.size(); ++device) {
    order.devices[device].address = shape ? star_address(device) : "";
    addresses.push_back(star_address(device));
  }
  if (shape) path = std::make_unique<StarPath>(*shape, addresses);

  ChildProcess cloud(program, {"testbed-cloud"}, path ? &path->far() : nullptr);
  ChildProcess devices(program, {"testbed-devices"}, path ? &path->near() : nullptr);
  if (path) path->open();
  const std::string told = to_json(order);
  cloud.write_line(told);
  devices.write_line(told);
  const double loaded_s = monotonic_s() + kLoadingS;
  const std::uint16_t port = port_in(cloud.read_line(loaded_s));
  devices.read_line(loaded_s);

  const double start_s = monotonic_s() + kBeforeStartS;
  const std::string start = fmt::format("start {:.9f} {} {}", start_s, order.cloud.host, port);
  cloud.write_line(start);
  devices.write_line(start);
  const double until_s = start_s + order.horizon_s + kReportingS;
  measured.devices = device_report_from(devices.read_line(until_s));
  measured.cloud = cloud_report_from(cloud.read_line(until_s));
  if (path) path->report(measured, start_s);
  return measured;
}

}  // namespace offramp
