#include "sim/core/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace offramp {
namespace {

std::string all_lines(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.text();
  }
  return text;
}

}  // namespace

std::string Place::text() const {
  if (line == 0) return source;
  if (column == 0) return fmt::format("{}:{}", source, line);
  return fmt::format("{}:{}:{}", source, line, column);
}

std::string Problem::text() const { return place.source.empty() ? message : place.text() + ": " + message; }

UserError::UserError(std::string message) : UserError(Place{}, std::move(message)) {}

UserError::UserError(Place place, std::string message)
    : UserError(std::vector<Problem>{Problem{std::move(place), std::move(message)}}) {}

UserError::UserError(std::vector<Problem> problems)
    : std::runtime_error(all_lines(problems)), problems_(std::move(problems)) {}

}  // namespace offramp
