#include "sim/core/random_stream.hpp"

#include <boost/random/seed_seq.hpp>

#include <initializer_list>

namespace offramp {
namespace {

constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace

RandomEngine random_stream(std::uint64_t seed, std::uint64_t replication, std::uint64_t owner,
                           std::string_view purpose) {
  const std::uint64_t name = fnv1a(purpose);
  boost::random::seed_seq sequence({low(seed), high(seed), low(replication), high(replication), low(owner),
                                    high(owner), low(name), high(name)});
  return RandomEngine(sequence);
}

}  // namespace offramp
