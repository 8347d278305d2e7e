#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace offramp {

/// The candidate that a misspelt word most probably meant; empty when none is near
/// (edit distance above a third of the word's length, at least 2).
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

/// "; did you mean \"count\"?" where a candidate is near, else "; allowed: a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace offramp
