#include "sim/platform/engine.hpp"

#include <simgrid/s4u.hpp>

#include <array>
#include <stdexcept>

namespace offramp {

simgrid::s4u::Engine& start_engine() {
  using simgrid::s4u::Engine;
  if (Engine::is_initialized()) throw std::logic_error("one simulation a process: fork first");
  std::array<char, 8> program{"offramp"};
  std::array<char, 32> quiet{"--log=xbt_cfg.thresh:warning"};
  std::array<char*, 3> arguments{program.data(), quiet.data(), nullptr};
  int count = 2;
  auto& engine = *new Engine(&count, arguments.data());
  Engine::set_config("network/model:CM02");
  Engine::set_config("network/crosstraffic:0");
  Engine::set_config("network/TCP-gamma:0");
  Engine::set_config("surf/precision:1e-9");
  Engine::set_config("maxmin/precision:1e-9");
  return engine;
}

}  // namespace offramp
