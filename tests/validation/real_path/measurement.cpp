#include "tests/validation/real_path/measurement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace offramp::real_path {
namespace {

template <typename Part>
double median_part(const std::vector<Sample>& samples, Part part) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(part(sample));
  return median_of(std::move(values));
}

bool smaller(const Sample& a, const Sample& b) { return a.value < b.value; }

}  // namespace

bool Setting::too_late(double lateness_s, double measured_s) const {
  return lateness_s > std::max(latest_s, std::min(0.01 * measured_s, 3e-3));
}

const char* const kLinkColumns = "rate_mbps,latency_ms,buffer_bytes";

std::string link_columns(const LinkShape& link) {
  return fmt::format("{:g},{:g},{:g}", link.bytes_per_s * 8e-6, link.one_way_delay_s * 1e3,
                     link.buffer_bytes);
}

EmulatedPath make_path(const LinkShape& link, std::uint64_t seed) {
  LinkShape down = link;
  down.loss_probability = 0;
  return {link, down, seed};
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double Spread::median() const {
  return median_part(samples, [](const Sample& sample) { return sample.value; });
}

double Spread::least() const { return std::min_element(samples.begin(), samples.end(), smaller)->value; }

double Spread::most() const { return std::max_element(samples.begin(), samples.end(), smaller)->value; }

TcpState Spread::median_state() const {
  const auto of = [&](auto member) {
    return static_cast<std::uint32_t>(median_part(
        samples, [&](const Sample& sample) { return static_cast<double>(sample.state.*member); }));
  };
  return {of(&TcpState::window), of(&TcpState::slow_start_until), of(&TcpState::retransmitted)};
}

}  // namespace offramp::real_path
