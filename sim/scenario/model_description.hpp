#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/profile/exit_profile.hpp"

namespace offramp {

/// What a zoo entry's model.yaml says: which network, on which data, with how many exits.
struct ModelDescription {
  std::string name;                 ///< the directory's name
  std::filesystem::path directory;  ///< absolute
  std::string network;              ///< a name of models/nets, "b_lenet"
  std::string dataset;              ///< a name of models/data, "fashion_mnist"
  FeatureShape input;
  std::size_t num_classes = 0;
  std::size_t num_exits = 0;  ///< the final one included
  /// A network that answers for the cells of a grid over the frame (see ExitProfile::cells), with two
  /// classes.
  std::optional<CellGrid> cells = {};
  /// The optional map `options:` as it is written, as `training` below; models/nets gives it its meaning.
  std::map<std::string, std::string> options;
  /// Chosen on validation data, one an exit before the final one; empty when none were.
  std::vector<double> thresholds_nats;
  /// The same backbone without exits, or what else this network stands beside: a model of the zoo; may be
  /// empty.
  std::string plain = {};
  /// The optional map `training:` as it is written; models/training gives it its meaning. A scalar
  /// is its text, a sequence of scalars their texts joined by ", "; nothing deeper is allowed.
  std::map<std::string, std::string> training;

  bool operator==(const ModelDescription&) const = default;
};

/// Reads models/zoo/NAME/model.yaml, or DIR/model.yaml when `name_or_directory` has a slash
/// (relative to `base`). @throws UserError with every problem, or with the names there are
ModelDescription read_model_description(const std::string& name_or_directory,
                                        const std::filesystem::path& base);

/// An entry that another entry's model.yaml names at `key`: one of the zoo, or a directory relative to that
/// entry's own, which must be one that the user allowed (allowed_path.hpp).
ModelDescription read_entry_named_by(const ModelDescription& entry, const std::string& key,
                                     const std::string& name);

/// The names of models/zoo/.
std::vector<std::string> list_models();

}  // namespace offramp
