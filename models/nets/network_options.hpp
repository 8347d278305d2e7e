#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/scenario/model_description.hpp"

namespace offramp {

/// What a description says about its network beside shapes: the map `options:` of model.yaml.
class NetworkOptions {
 public:
  explicit NetworkOptions(const ModelDescription& model) : model_(model) {}

  /// A whole number. What is wrong is noted for finish().
  std::int64_t number(const std::string& key, std::int64_t otherwise, std::int64_t lowest,
                      std::int64_t highest);
  /// One of a few words, the first when it is not given.
  std::string word(const std::string& key, const std::vector<std::string>& allowed);
  /// Names in a sequence.
  std::vector<std::string> names(const std::string& key, const std::vector<std::string>& otherwise);

  /// The blocks behind which early exits stand: `exits_after`, by default the last `exits` - 1 of
  /// `published`.
  std::vector<std::string> exits_after(const std::vector<std::string>& published);

  /// The grid for whose cells the network answers: `cells:` of the description. That it is missing is noted
  /// for finish().
  CellGrid cells();

  /// @throws UserError with all that was wrong, and with every option that nobody asked for
  void finish() const;

 private:
  void complain(const std::string& key, const std::string& message);

  const ModelDescription& model_;
  std::set<std::string> asked_;
  bool asked_for_cells_ = false;
  std::vector<Problem> problems_;
};

}  // namespace offramp
