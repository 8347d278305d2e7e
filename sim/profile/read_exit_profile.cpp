#include <fmt/format.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/half_float.hpp"
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_document.hpp"
#include "sim/profile/profile_tensors.hpp"
#include "sim/profile/safetensors.hpp"
#include "sim/profile/safetensors_header.hpp"
#include "sim/profile/strict_json.hpp"

namespace offramp {
namespace {

/// Hands out a file's tensors and knows at the end which ones nobody asked for.
class TensorSource {
 public:
  /// @param storage  takes what has to live as long as what is handed out
  TensorSource(const SafetensorsFile& file, std::vector<std::shared_ptr<const void>>& storage)
      : file_(file), storage_(storage) {
    storage.push_back(file.storage());
  }

  template <class T>
  std::span<const T> take(const std::string& name, const std::vector<std::int64_t>& shape) {
    taken_.insert(name);
    return file_.elements<T>(name, shape);
  }

  /// What the network said: 32-bit floats, or 16-bit ones made wider.
  std::span<const float> take_answers(const std::string& name, const std::vector<std::int64_t>& shape) {
    if (!file_.contains(name) || file_.tensor(name).type != TensorType::f16) return take<float>(name, shape);
    const std::span<const std::uint16_t> halves = take<std::uint16_t>(name, shape);
    const auto floats = std::make_shared<std::vector<float>>(halves.size());
    to_floats(halves, *floats);
    storage_.push_back(floats);
    return *floats;
  }

  /// @throws BadDocument
  void check_none_left() const {
    for (const TensorView& tensor : file_.tensors())
      if (!taken_.contains(tensor.name))
        throw BadDocument(
            fmt::format("tensor {} belongs to nothing that the profile describes", printable(tensor.name)));
  }

 private:
  const SafetensorsFile& file_;
  std::vector<std::shared_ptr<const void>>& storage_;
  std::set<std::string> taken_;
};

void attach_tensors(ProfileOutline& outline, TensorSource& source) {
  ExitProfile& profile = outline.profile;
  for (std::size_t s = 0; s < profile.sets.size(); ++s) {
    ImageSet& set = profile.sets[s];
    const std::int64_t images = outline.images[s];
    const std::vector<std::int64_t> cells = label_shape(profile, images);
    const std::vector<std::int64_t> logits = logit_shape(profile, images);
    set.labels = source.take<std::int32_t>(labels_name(set.name), cells);
    set.cells = profile.cells ? profile.cells->cells() : 1;
    for (std::size_t exit = 0; exit < profile.exits.size(); ++exit) {
      set.logits.push_back(source.take_answers(logits_name(set.name, exit), logits));
      if (profile.cells) set.counts.push_back(source.take_answers(counts_name(set.name, exit), cells));
    }
    for (std::size_t exit = 0; profile.has_routers && exit + 1 < profile.exits.size(); ++exit)
      set.routers.push_back(source.take_answers(router_name(set.name, exit), {images}));
    for (SplitPoint& split : profile.splits) {
      const auto first_behind = static_cast<std::size_t>(last_exit_before(split.name) + 1);
      for (CodecAnswers& answers : split.codecs) {
        CodedSet coded;
        coded.coded_bytes =
            source.take<std::uint32_t>(coded_bytes_name(set.name, split.name, answers.label()), {images});
        for (std::size_t exit = first_behind; exit < profile.exits.size() && answers.has_own_answers();
             ++exit) {
          coded.logits.push_back(
              source.take_answers(coded_logits_name(set.name, split.name, answers.label(), exit), logits));
          if (profile.cells)
            coded.counts.push_back(
                source.take_answers(coded_counts_name(set.name, split.name, answers.label(), exit), cells));
        }
        for (std::size_t exit = first_behind;
             profile.has_routers && !answers.exact && exit + 1 < profile.exits.size(); ++exit)
          coded.routers.push_back(
              source.take_answers(coded_router_name(set.name, split.name, answers.label(), exit), {images}));
        answers.sets.push_back(std::move(coded));
      }
    }
  }
}

const std::string& metadata(const SafetensorsFile& file, const std::string& key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end())
    throw BadDocument(fmt::format("is no profile: its __metadata__ has no \"{}\"", key));
  return found->second;
}

/// Profiles of before, and of other programs, may lack it.
void check_digest(const SafetensorsFile& file) {
  const auto digest = file.metadata().find("sha256");
  if (digest == file.metadata().end()) return;
  if (content_sha256(metadata(file, "profile"), file.tensors()) != digest->second)
    throw BadDocument(
        "does not have the digest that was written into it: it was damaged or changed; make it again with: "
        "offramp profile MODEL");
}

}  // namespace

ExitProfile read_exit_profile(const std::filesystem::path& path) {
  const SafetensorsFile file(path);
  try {
    if (metadata(file, "format") != kProfileFormat)
      throw BadDocument(
          fmt::format("is no profile that this program reads: its format is {}, not \"{}\"; make it again "
                      "with: offramp profile MODEL",
                      printable(metadata(file, "format")), kProfileFormat));
    ProfileOutline outline = parse_profile_document(metadata(file, "profile"));
    TensorSource source(file, outline.profile.storage);
    attach_tensors(outline, source);
    source.check_none_left();
    check_answers(outline.profile);
    check_digest(file);
    return std::move(outline.profile);
  } catch (const BadDocument& error) {
    throw UserError(Place{path.string()}, error.what());
  }
}

}  // namespace offramp
