#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/policy/exit_policy.hpp"

namespace offramp {

/// What the processes of a testbed are told to do: a scenario with everything resolved that they need, and
/// the requests to be made. Crosses a process boundary as JSON.
struct WorkOrder {
  /// What one group's devices and the cloud do with a request, and how long that takes on what they stand
  /// for: the predicted times of the simulator, which the real work is stretched to.
  struct Route {
    std::string model_directory;
    ExitRule rule;
    std::vector<double> temperatures;
    std::size_t num_exits = 0;
    std::size_t num_classes = 0;
    bool has_routers = false;
    int last_device_exit = 0;  ///< -1: none runs there
    bool offloads = false;     ///< false: the last exit on the device answers
    std::string codec;         ///< of what travels
    double encode_s = 0;
    double decode_s = 0;
    std::vector<double> device_stage_s;              ///< [exit up to last_device_exit], one image
    std::vector<std::vector<double>> cloud_stage_s;  ///< [exit behind it][batch - 1]
  };
  struct Device {
    std::uint16_t route = 0;
    std::size_t queue_limit = 0;
    std::string address;  ///< of its end of a connection; empty: the kernel's choice
  };
  struct Request {
    std::uint64_t id = 0;  ///< its place in WorkOrder::requests
    std::uint32_t device = 0;
    std::uint32_t image = 0;
    double arrival_s = 0;
  };
  struct Cloud {
    std::size_t servers = 1;
    std::size_t batch_max = 1;
    double batch_wait_s = 0;
    std::size_t queue_limit = 0;
    std::string host;  ///< where it listens
  };
  std::vector<Route> routes;
  std::vector<Device> devices;
  std::vector<Request> requests;  ///< in order of arrival
  Cloud cloud;
  std::size_t answer_bytes = 0;
  bool reuse = true;    ///< a device keeps its connection; else each request has one
  bool shaped = false;  ///< the path is emulated; else it is the loopback device
  double horizon_s = 0;
};

/// How long a device takes for an image that leaves at an exit there; -1: one that is passed on.
double device_compute_s(const WorkOrder::Route& route, int exit);
/// How long the cloud takes for a batch whose images leave at these exits.
double cloud_compute_s(const WorkOrder::Route& route, const std::vector<int>& exits);

/// Time that things happened after they were due.
struct Lateness {
  double total_s = 0;
  double worst_s = 0;
  std::uint64_t overruns = 0;  ///< pieces of real work that took longer than they were stretched to

  void note(double due_s, double done_s) {
    total_s += done_s - due_s;
    if (done_s - due_s > worst_s) worst_s = done_s - due_s;
  }
};

inline constexpr double kNotReached = std::numeric_limits<double>::quiet_NaN();

/// What the devices' process saw. Times since the start of the run; NaN where a request did not come so far.
struct DeviceReport {
  struct Frame {
    std::uint64_t request = 0;
    bool dropped = false;
    bool offered = false;  ///< passed on to the cloud
    int exit = -1;         ///< that answered, here or there
    int named_class = -1;
    std::uint32_t payload_bytes = 0;
    double started_s = kNotReached;
    double computed_s = kNotReached;
    double encoded_s = kNotReached;
    double answered_s = kNotReached;
  };
  std::vector<Frame> frames;
  Lateness late;
};

/// What the cloud's process saw.
struct CloudReport {
  struct Task {
    std::uint64_t request = 0;
    bool dropped = false;
    int exit = -1;
    double received_s = kNotReached;
    double decoded_s = kNotReached;
    double started_s = kNotReached;
    double computed_s = kNotReached;
  };
  struct Batch {
    double started_s = 0;
    double computed_s = 0;  ///< NaN: under way at the end
  };
  std::vector<Task> tasks;
  std::vector<Batch> batches;
  Lateness late;
  std::uint64_t refused = 0;  ///< connections closed for what came over them
  std::string last_refusal;
};

std::string to_json(const WorkOrder& order);
std::string to_json(const DeviceReport& report);
std::string to_json(const CloudReport& report);
/// @throws std::runtime_error for what is none of ours
WorkOrder work_order_from(const std::string& json);
DeviceReport device_report_from(const std::string& json);
CloudReport cloud_report_from(const std::string& json);

}  // namespace offramp
