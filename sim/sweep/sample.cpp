#include "sim/sweep/sample.hpp"

#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <numeric>
#include <utility>

#include "sim/core/random_stream.hpp"

namespace offramp {

std::vector<double> sample_shares(SampleMethod method, std::size_t points, std::uint64_t seed,
                                  std::size_t key) {
  RandomEngine stream = random_stream(seed, 0, key, "sample");
  boost::random::uniform_01<double> uniform;
  std::vector<double> shares(points);
  if (method == SampleMethod::random) {
    for (double& share : shares) share = uniform(stream);
    return shares;
  }
  std::vector<std::size_t> part(points);
  std::iota(part.begin(), part.end(), std::size_t{0});
  for (std::size_t i = points; i > 1; --i)
    std::swap(part[i - 1], part[boost::random::uniform_int_distribution<std::size_t>(0, i - 1)(stream)]);
  for (std::size_t i = 0; i < points; ++i)
    shares[i] = (static_cast<double>(part[i]) + uniform(stream)) / static_cast<double>(points);
  return shares;
}

}  // namespace offramp
