#include "sim/platform/platform_file.hpp"

#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <regex>
#include <simgrid/s4u.hpp>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/platform/engine.hpp"

namespace offramp {
namespace sg = simgrid::s4u;
namespace {

struct Route {
  std::vector<sg::Link*> links;
  double latency_s = 0;
};

Route route_between(const sg::Host* from, const sg::Host* to) {
  Route route;
  from->route_to(to, route.links, &route.latency_s);
  return route;
}

/// "Parse error at FILE:LINE: MESSAGE" as a problem at its place; of several lines the first.
UserError as_user_error(const PlatformFile& file, const std::string& message) {
  const std::string first = message.substr(0, message.find('\n'));
  std::smatch parts;
  if (std::regex_match(first, parts, std::regex("Parse error at .*:([0-9]+): (.*)")))
    return UserError({file.file.string(), std::atoi(parts[1].str().c_str())}, parts[2].str());
  return UserError({file.file.string()}, fmt::format("SimGrid cannot load it: {}", first));
}

void check_route(const PlatformFile& file, const sg::Host* from, const sg::Host* to) {
  const Route route = route_between(from, to);
  if (route.links.empty())
    throw UserError({file.file.string()},
                    fmt::format("there is no route with links from host {} to host {}; add one",
                                from->get_name(), to->get_name()));
  for (const sg::Link* link : route.links)
    if (link->get_sharing_policy() == sg::Link::SharingPolicy::WIFI)
      throw UserError({file.file.string()},
                      fmt::format("link {} is Wi-Fi, which a platform file cannot have here; describe it as "
                                  "network.access of \"type: wifi\" instead",
                                  link->get_name()));
}

TcpPath path_of(const Route& route, double buffer_bytes) {
  const auto slower = [](const sg::Link* a, const sg::Link* b) {
    return a->get_bandwidth() < b->get_bandwidth();
  };
  const auto bottleneck = std::min_element(route.links.begin(), route.links.end(), slower);
  const auto sum_s_per_byte = [](auto from, auto to) {
    return std::accumulate(from, to, 0.0,
                           [](double sum, const sg::Link* link) { return sum + 1 / link->get_bandwidth(); });
  };
  TcpPath path;
  path.bottleneck_bytes_per_s = (*bottleneck)->get_bandwidth();
  path.one_way_latency_s = route.latency_s;
  path.buffer_bytes = buffer_bytes;
  path.before_s_per_byte = sum_s_per_byte(route.links.begin(), bottleneck);
  path.behind_s_per_byte = sum_s_per_byte(bottleneck + 1, route.links.end());
  return path;
}

std::vector<sg::Host*> matching_hosts(const PlatformFile& file, const sg::Host* cloud) {
  std::vector<sg::Host*> hosts;
  for (sg::Host* host : sg::Engine::get_instance()->get_all_hosts())
    if (host != cloud && ::fnmatch(file.devices.c_str(), host->get_cname(), 0) == 0) hosts.push_back(host);
  std::sort(hosts.begin(), hosts.end(), [](const sg::Host* a, const sg::Host* b) {
    return ::strverscmp(a->get_cname(), b->get_cname()) < 0;
  });
  return hosts;
}

}  // namespace

LoadedPlatform load_platform_file(const PlatformFile& file, double buffer_bytes) {
  try {
    sg::Engine::get_instance()->load_platform(file.file.string());
  } catch (const std::exception& error) {
    throw as_user_error(file, error.what());
  }
  LoadedPlatform loaded;
  loaded.cloud = sg::Host::by_name_or_null(file.cloud);
  if (loaded.cloud == nullptr)
    throw UserError({file.file.string()}, fmt::format("has no host \"{}\" for network.cloud", file.cloud));
  loaded.device_hosts = matching_hosts(file, loaded.cloud);
  if (loaded.device_hosts.empty())
    throw UserError({file.file.string()},
                    fmt::format("has no host that matches network.devices \"{}\"", file.devices));
  for (const sg::Host* host : loaded.device_hosts) {
    check_route(file, host, loaded.cloud);
    check_route(file, loaded.cloud, host);
    loaded.up_paths.push_back(path_of(route_between(host, loaded.cloud), buffer_bytes));
    loaded.down_paths.push_back(path_of(route_between(loaded.cloud, host), buffer_bytes));
  }
  for (const sg::Host* host : loaded.device_hosts) {
    for (sg::Link* link : route_between(host, loaded.cloud).links) link->set_latency(0);
    for (sg::Link* link : route_between(loaded.cloud, host).links) link->set_latency(0);
    if (route_between(host, loaded.cloud).latency_s > 0 || route_between(loaded.cloud, host).latency_s > 0)
      throw UserError(
          {file.file.string()},
          fmt::format("the route of host {} has latency that is not of its links (coordinates?); give "
                      "the links their latencies",
                      host->get_name()));
  }
  return loaded;
}

namespace {

/// Runs in the child: writes the problem, or nothing, and ends.
[[noreturn]] void report_from_child(const NetworkSpec& network, const std::string& report) {
  std::ofstream out(report);
  try {
    if (std::freopen((report + ".stderr").c_str(), "w", stderr) == nullptr) ::_exit(3);
    start_engine();
    load_platform_file(*network.platform, network.uplink.buffer_bytes);
    out << "0\n";
  } catch (const UserError& error) {
    const Problem& problem = error.problems().front();
    out << "1 " << problem.place.line << " " << problem.message << "\n";
  } catch (const std::exception& error) {
    out << "1 0 " << error.what() << "\n";
  }
  out.close();
  ::_exit(0);
}

std::string first_line_of(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

void check_platform_file(const NetworkSpec& network) {
  if (!network.platform) return;
  std::string folder = (std::filesystem::temp_directory_path() / "offramp-platform-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary directory");
  const std::string report = folder + "/report";
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot start a process");
  if (child == 0) report_from_child(network, report);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::istringstream answer(first_line_of(report));
  const std::string said = first_line_of(report + ".stderr");
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  int found = -1;
  int line = 0;
  std::string message;
  if (answer >> found && found == 0) return;
  answer >> line;
  std::getline(answer >> std::ws, message);
  if (found < 0) message = fmt::format("SimGrid gives up on it{}{}", said.empty() ? "" : ": ", said);
  throw UserError({network.platform->file.string(), line}, message);
}

}  // namespace offramp
