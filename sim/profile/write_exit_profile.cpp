#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

#include "sim/core/half_float.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_document.hpp"
#include "sim/profile/profile_tensors.hpp"
#include "sim/profile/safetensors.hpp"
#include "sim/profile/strict_json.hpp"

namespace offramp {
namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument("exit profile: " + what);
}

/// Tensors of a file to be.
class TensorList {
 public:
  template <class T>
  void add(std::string name, std::span<const T> elements, std::vector<std::int64_t> shape) {
    views_.push_back(tensor_view(std::move(name), elements, std::move(shape)));
  }

  /// What the network said: as 16-bit floats where that loses nothing.
  void add_answers(std::string name, std::span<const float> said, std::vector<std::int64_t> shape) {
    std::vector<std::uint16_t> halves(said.size());
    std::vector<float> back(said.size());
    to_halves(said, halves);
    to_floats(halves, back);
    if (!std::ranges::equal(said, back)) return add(std::move(name), said, std::move(shape));
    add(std::move(name), std::span<const std::uint16_t>(halves_.emplace_back(std::move(halves))),
        std::move(shape));
  }

  const std::vector<TensorView>& views() const { return views_; }

 private:
  std::vector<TensorView> views_;
  std::deque<std::vector<std::uint16_t>> halves_;  ///< that views point into
};

void collect_coded(const ExitProfile& profile, const SplitPoint& split, const CodecAnswers& answers,
                   TensorList& tensors) {
  const auto first_behind = static_cast<std::size_t>(last_exit_before(split.name) + 1);
  require(answers.sets.size() == profile.sets.size(),
          fmt::format("{} at {} needs one coded set for each image set", answers.label(), split.name));
  for (std::size_t s = 0; s < profile.sets.size(); ++s) {
    const CodedSet& coded = answers.sets[s];
    const std::string& set = profile.sets[s].name;
    const auto images = static_cast<std::int64_t>(profile.sets[s].images());
    const std::size_t exits_behind = answers.has_own_answers() ? profile.exits.size() - first_behind : 0;
    require(coded.logits.size() == exits_behind,
            fmt::format("{} at {} needs the logits of {} exits", answers.label(), split.name, exits_behind));
    require(coded.counts.size() == (profile.cells ? exits_behind : 0),
            fmt::format("{} at {} needs the counts of {} exits", answers.label(), split.name,
                        profile.cells ? exits_behind : 0));
    tensors.add(coded_bytes_name(set, split.name, answers.label()), coded.coded_bytes, {images});
    for (std::size_t j = 0; j < exits_behind; ++j)
      tensors.add_answers(coded_logits_name(set, split.name, answers.label(), first_behind + j),
                          coded.logits[j], logit_shape(profile, images));
    for (std::size_t j = 0; j < coded.counts.size(); ++j)
      tensors.add_answers(coded_counts_name(set, split.name, answers.label(), first_behind + j),
                          coded.counts[j], label_shape(profile, images));
    const std::size_t routers_behind = exits_behind == 0 || !profile.has_routers ? 0 : exits_behind - 1;
    require(coded.routers.size() == routers_behind, fmt::format("{} at {} needs the routers of {} exits",
                                                                answers.label(), split.name, routers_behind));
    for (std::size_t j = 0; j < routers_behind; ++j)
      tensors.add_answers(coded_router_name(set, split.name, answers.label(), first_behind + j),
                          coded.routers[j], {images});
  }
}

}  // namespace

void write_exit_profile(const std::filesystem::path& path, const ExitProfile& profile) {
  TensorList tensors;
  try {
    check_outline(profile);
    for (const ImageSet& set : profile.sets) {
      const auto images = static_cast<std::int64_t>(set.images());
      require(images > 0, set.name + " has no images");
      require(set.logits.size() == profile.exits.size(), set.name + " needs logits of every exit");
      require(set.routers.size() == (profile.has_routers ? profile.exits.size() - 1 : 0),
              set.name + " needs a router beside each exit but the final one, or none at all");
      require(set.cells == (profile.cells ? profile.cells->cells() : 1) && set.labels.size() % set.cells == 0,
              set.name + " has labels of another number of cells");
      require(set.counts.size() == (profile.cells ? profile.exits.size() : 0),
              set.name + " needs counts of every exit by cells, and none else");
      tensors.add(labels_name(set.name), set.labels, label_shape(profile, images));
      for (std::size_t exit = 0; exit < set.logits.size(); ++exit)
        tensors.add_answers(logits_name(set.name, exit), set.logits[exit], logit_shape(profile, images));
      for (std::size_t exit = 0; exit < set.counts.size(); ++exit)
        tensors.add_answers(counts_name(set.name, exit), set.counts[exit], label_shape(profile, images));
      for (std::size_t exit = 0; exit < set.routers.size(); ++exit)
        tensors.add_answers(router_name(set.name, exit), set.routers[exit], {images});
    }
    for (const SplitPoint& split : profile.splits)
      for (const CodecAnswers& answers : split.codecs) collect_coded(profile, split, answers, tensors);
    check_answers(profile);
  } catch (const BadDocument& error) {
    throw std::invalid_argument(std::string("exit profile: ") + error.what());
  }
  const std::string document = profile_document(profile);
  const std::string digest = content_sha256(document, tensors.views());
  write_safetensors(path, tensors.views(),
                    {{"format", std::string(kProfileFormat)}, {"profile", document}, {"sha256", digest}});
}

}  // namespace offramp
