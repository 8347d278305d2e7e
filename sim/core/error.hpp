#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace offramp {

/// A spot in something the user wrote. `source` is a file's path, or "--set KEY" for an override.
struct Place {
  std::string source;
  int line = 0;    ///< 1-based; 0: the source as a whole
  int column = 0;  ///< 1-based; 0: the line as a whole

  /// "campus.yaml:14:13", "campus.yaml:14", or "campus.yaml".
  std::string text() const;
};

/// One thing that the user can mend: where, what was found, what is allowed, what to do.
struct Problem {
  Place place;
  std::string message;

  std::string text() const;
};

/// Thrown for whatever the user can fix; the program prints every problem and exits with 2.
class UserError : public std::runtime_error {
 public:
  explicit UserError(std::string message);
  UserError(Place place, std::string message);
  /// @param problems  not empty
  explicit UserError(std::vector<Problem> problems);

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace offramp
