#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/scenario/read_scenario.hpp"

namespace offramp {

/// A folder of its own that stands in for Offramp's installation ($OFFRAMP_HOME) while it lives. In it:
/// the models `two_exits` and `four_exits` (ten classes) and the device types `tiny` and `huge`.
class Workshop {
 public:
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const;

  /// Writes the text as scenario.yaml and reads it.
  Scenario read(const std::string& text, const std::vector<Override>& overrides = {}) const;
  /// The problems of reading it, with the folder's name cut off; empty when there are none.
  std::vector<std::string> problems(const std::string& text,
                                    const std::vector<Override>& overrides = {}) const;
  /// The same for any call.
  template <class Call>
  std::vector<std::string> problems_of(Call call) const;

 private:
  std::string short_text(const Problem& problem) const;

  std::filesystem::path path_;
};

/// A scenario without a mistake; line numbers in the tests count its lines.
std::string sound_scenario();

/// A text with the first occurrence of one piece replaced. @throws std::logic_error when it is not there
std::string replaced(std::string text, const std::string& piece, const std::string& by);

template <class Call>
std::vector<std::string> Workshop::problems_of(Call call) const {
  std::vector<std::string> texts;
  try {
    call();
  } catch (const UserError& error) {
    for (const Problem& problem : error.problems()) texts.push_back(short_text(problem));
  }
  return texts;
}

}  // namespace offramp
