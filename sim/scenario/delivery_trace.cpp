#include "sim/scenario/delivery_trace.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <string>
#include <utility>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr std::size_t kMostProblems = 10;
constexpr std::uintmax_t kLargestFile = 256u << 20;

constexpr const char* kFormat = "one whole number of milliseconds a line, as Mahimahi records it";

/// @return what is wrong with a line; empty when it was read into `at_ms`
std::string problem_of(const std::string& line, std::uint32_t before_ms, std::uint32_t& at_ms) {
  if (line.empty()) return fmt::format("is empty; write {}", kFormat);
  const char* end = line.data() + line.size();
  const auto [stop, code] = std::from_chars(line.data(), end, at_ms);
  if (code == std::errc::result_out_of_range) return fmt::format("\"{}\" is too large", line);
  if (code != std::errc() || stop != end)
    return fmt::format("\"{}\" is no whole number; write {}", line.substr(0, 40), kFormat);
  if (at_ms < before_ms) return fmt::format("{} comes after {}; times must not decrease", at_ms, before_ms);
  return {};
}

}  // namespace

DeliveryTrace read_delivery_trace(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) throw UserError({name}, "there is no such file");
  if (std::filesystem::file_size(file, failed) > kLargestFile)
    throw UserError({name}, "is larger than 256 MiB; is it a trace of packet opportunities?");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UserError({name}, "cannot be read");

  DeliveryTrace trace;
  trace.file = std::filesystem::absolute(file).lexically_normal();
  std::vector<Problem> problems;
  std::string line;
  for (int number = 1; std::getline(in, line) && problems.size() < kMostProblems; ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::uint32_t before_ms = trace.opportunities_ms.empty() ? 0 : trace.opportunities_ms.back();
    std::uint32_t at_ms = 0;
    std::string problem = problem_of(line, before_ms, at_ms);
    if (problem.empty())
      trace.opportunities_ms.push_back(at_ms);
    else
      problems.push_back({{name, number}, std::move(problem)});
  }
  if (!problems.empty()) throw UserError(std::move(problems));
  if (trace.opportunities_ms.empty()) throw UserError({name}, fmt::format("is empty; write {}", kFormat));
  if (trace.period_ms() == 0)
    throw UserError({name, static_cast<int>(trace.opportunities_ms.size())},
                    "the trace ends at 0 ms and so lasts no time; its last line says how long it is");
  return trace;
}

}  // namespace offramp
