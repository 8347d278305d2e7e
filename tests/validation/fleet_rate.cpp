/// How the transfer rate of many cameras grows with their number, where every person costs the same bytes:
/// p95 over windows by following every camera's people, beside closed forms and beside what independence
/// would say.
///
///     offramp_fleet_rate [mean=30.55] [variance=58.59] [time_s=29.4] [correlation=0.2] [shape=1]
///     [frames_per_s=1]
///                        [bytes=300] [uplink_bps=2.5e7]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/stats/quantile.hpp"
#include "tests/validation/fleet_sums.hpp"

namespace {

using namespace offramp;
using namespace offramp::validation;

constexpr int kReplications = 10;
constexpr double kDuration_s = 1800;
constexpr double kShortest_s = 0.1;
const std::vector<std::size_t> kWindows = {1, 10, 100};  ///< of the shortest
const std::vector<std::size_t> kCameras = {1, 3, 10, 30, 100, 300, 1000};

struct Found {
  double sum = 0, squares = 0;

  void add(double value) {
    sum += value;
    squares += value * value;
  }
  double value() const { return sum / kReplications; }
  double error() const {
    return std::sqrt(std::max(0.0, squares / kReplications - value() * value()) / (kReplications - 1));
  }
};

/// p95 over the windows of half an hour, of every number of cameras up to the most.
class Followed {
 public:
  Followed(const Fleet& one, std::size_t most) {
    for (std::uint64_t replication = 0; replication < kReplications; ++replication) {
      FollowedFleet fleet(one, kShortest_s, kDuration_s, replication);
      for (std::size_t cameras = 1; cameras <= most; ++cameras) {
        fleet.add_camera();
        for (const std::size_t windows : kWindows) {
          if (windows == 1 && std::find(kCameras.begin(), kCameras.end(), cameras) == kCameras.end())
            continue;
          std::vector<double> sums = fleet.sums_over(windows);
          p95_[{cameras, windows}].add(*quantile(sums, 0.95));
        }
      }
    }
  }

  const Found& p95(std::size_t cameras, std::size_t windows) const { return p95_.at({cameras, windows}); }

 private:
  std::map<std::pair<std::size_t, std::size_t>, Found> p95_;
};

using Numbers = std::map<std::string, double>;

Numbers parse(int argc, char** argv) {
  Numbers numbers{{"mean", 30.55}, {"variance", 58.59}, {"time_s", 29.4}, {"correlation", 0.2},
                  {"shape", 1},    {"frames_per_s", 1}, {"bytes", 300},   {"uplink_bps", 2.5e7}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t at = word.find('=');
    const auto number = numbers.find(word.substr(0, at));
    if (at == std::string::npos || number == numbers.end())
      throw std::runtime_error(fmt::format("unknown argument \"{}\"", word));
    number->second = std::stod(word.substr(at + 1));
  }
  return numbers;
}

/// The same cameras as a plan would have them that thinks them independent.
struct Beliefs {
  Fleet asked, cameras_alone, frames_alone;

  explicit Beliefs(const Fleet& one) : asked(one), cameras_alone(one), frames_alone(one) {
    cameras_alone.people.cross_camera_correlation = frames_alone.people.cross_camera_correlation = 0;
    frames_alone.people.correlation_time_s = 0;
  }
};

WindowSum sum_of(Fleet fleet, std::size_t cameras, double window_s) {
  fleet.cameras = cameras;
  return window_sum(fleet, window_s);
}

void print_growth(const Beliefs& beliefs, const Followed& followed, double bits_per_person) {
  for (const std::size_t windows : kWindows) {
    const double window_s = kShortest_s * static_cast<double>(windows),
                 scale = bits_per_person / window_s / 1e6;
    fmt::print("\nWindows of {:.3g} s, Mbit/s\n\n", window_s);
    fmt::print(
        "| cameras | mean | p95, followed | normal | gamma | cameras independent | frames independent | "
        "hidden, % |"
        "\n|---|---|---|---|---|---|---|---|\n");
    for (const std::size_t cameras : kCameras) {
      const WindowSum sum = sum_of(beliefs.asked, cameras, window_s);
      const WindowSum alone = sum_of(beliefs.frames_alone, cameras, window_s);
      const Found& found = followed.p95(cameras, windows);
      fmt::print("| {} | {:.4g} | {:.4g} ± {:.2g} | {:.4g} | {:.4g} | {:.4g} | {:.4g} | {:.0f} |\n", cameras,
                 scale * sum.mean, scale * found.value(), scale * found.error(), scale * normal_p95(sum),
                 scale * gamma_p95(sum), scale * gamma_p95(sum_of(beliefs.cameras_alone, cameras, window_s)),
                 scale * gamma_p95(alone),
                 100 * (found.value() - gamma_p95(alone)) / (found.value() - sum.mean));
    }
  }
}

/// The most cameras whose p95 does not exceed the uplink, in closed form.
std::size_t carried(const Fleet& fleet, double window_s, double people, double (*p95)(const WindowSum&)) {
  std::size_t cameras = 0;
  while (p95(sum_of(fleet, cameras + 1, window_s)) <= people) ++cameras;
  return cameras;
}

void print_carried(const Beliefs& beliefs, const Followed& followed, std::size_t most, double bits_per_person,
                   double uplink_bps) {
  fmt::print("\nCameras that an uplink of {:.4g} Mbit/s carries, so that p95 is no more than it\n\n",
             uplink_bps / 1e6);
  fmt::print(
      "| window, s | followed | gamma | normal | cameras independent | frames independent | by the mean "
      "alone |\n"
      "|---|---|---|---|---|---|---|\n");
  for (const std::size_t windows : {10, 100}) {
    const double window_s = kShortest_s * static_cast<double>(windows),
                 people = uplink_bps * window_s / bits_per_person;
    std::size_t found = 0;
    while (found < most && followed.p95(found + 1, windows).value() <= people) ++found;
    fmt::print("| {:.3g} | {}{} | {} | {} | {} | {} | {:.0f} |\n", window_s, found,
               found == most ? " or more" : "", carried(beliefs.asked, window_s, people, gamma_p95),
               carried(beliefs.asked, window_s, people, normal_p95),
               carried(beliefs.cameras_alone, window_s, people, gamma_p95),
               carried(beliefs.frames_alone, window_s, people, gamma_p95),
               std::floor(people / sum_of(beliefs.asked, 1, window_s).mean));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Numbers given = parse(argc, argv);
    const Fleet one{{given.at("mean"), given.at("variance"), given.at("time_s"), given.at("correlation"),
                     given.at("shape")},
                    1,
                    given.at("frames_per_s")};
    fmt::print(
        "People: mean {}, variance {}, correlation time {} s, between cameras {}, shape of stays {}; {} "
        "frames "
        "a second, {} bytes a person; {} times {} s\n",
        one.people.mean, one.people.variance, one.people.correlation_time_s,
        one.people.cross_camera_correlation, one.people.stay_shape, one.frames_per_s, given.at("bytes"),
        kReplications, kDuration_s);
    const Beliefs beliefs(one);
    const Followed followed(one, kCameras.back());
    print_growth(beliefs, followed, 8 * given.at("bytes"));
    print_carried(beliefs, followed, kCameras.back(), 8 * given.at("bytes"), given.at("uplink_bps"));
  } catch (const std::exception& problem) {
    fmt::print(stderr, "offramp_fleet_rate: {}\n", problem.what());
    return 2;
  }
}
