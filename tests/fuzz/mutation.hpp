#pragma once

#include <random>
#include <string>
#include <vector>

namespace offramp::fuzz {

/// Changes inputs at random, without knowing what they mean or where they lead: for compilers that have no
/// libFuzzer.
class Mutation {
 public:
  Mutation(std::vector<std::string> seeds, std::vector<std::string> tokens, std::uint64_t seed);

  /// A seed with one to eight changes.
  std::string next();

 private:
  std::size_t below(std::size_t bound);
  const std::string& any_of(const std::vector<std::string>& choices);
  void change(std::string& text);

  std::vector<std::string> seeds_;
  std::vector<std::string> tokens_;
  std::mt19937_64 random_;
};

}  // namespace offramp::fuzz
