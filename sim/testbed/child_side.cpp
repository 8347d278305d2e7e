#include "sim/testbed/child_side.hpp"

#include <istream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "sim/testbed/cloud_side.hpp"
#include "sim/testbed/device_side.hpp"
#include "sim/testbed/event_loop.hpp"
#include "sim/testbed/priorities.hpp"

namespace offramp {
namespace {

std::string line_from(std::istream& in) {
  std::string line;
  if (!std::getline(in, line)) throw std::runtime_error("a testbed's process was told nothing");
  return line;
}

struct Start {
  double at_s = 0;
  SocketAddress cloud;
};

Start start_from(std::istream& in) {
  std::istringstream words(line_from(in));
  std::string word;
  Start start;
  if (!(words >> word >> start.at_s >> start.cloud.host >> start.cloud.port) || word != "start")
    throw std::runtime_error("a testbed's process was told no start");
  return start;
}

}  // namespace

void serve_devices(std::istream& in, std::ostream& out,
                   const std::function<std::unique_ptr<EdgeWork>(const WorkOrder&)>& make) {
  const WorkOrder order = work_order_from(line_from(in));
  run_thread_first(kWorkPriority);  // now: threads that a codec starts for itself have it from this one
  const std::unique_ptr<EdgeWork> work = make(order);
  out << "ready" << std::endl;
  const Start start = start_from(in);
  out << to_json(DeviceSide(order, *work, start.cloud).run(start.at_s)) << std::endl;
}

void serve_cloud(std::istream& in, std::ostream& out,
                 const std::function<std::unique_ptr<CloudWork>(const WorkOrder&)>& make) {
  const WorkOrder order = work_order_from(line_from(in));
  run_thread_first(kWorkPriority);
  const std::unique_ptr<CloudWork> work = make(order);
  FileDescriptor listener = listen_on(order.cloud.host, order.shaped);
  out << "ready " << port_of(listener) << std::endl;
  const Start start = start_from(in);
  out << to_json(CloudSide(order, *work, std::move(listener)).run(start.at_s)) << std::endl;
}

}  // namespace offramp
