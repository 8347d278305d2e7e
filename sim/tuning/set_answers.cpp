#include "sim/tuning/set_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

std::vector<std::uint8_t> right(std::span<const float> logits, std::span<const std::int32_t> labels,
                                std::size_t classes) {
  std::vector<std::uint8_t> correct;
  correct.reserve(labels.size());
  for (std::size_t image = 0; image < labels.size(); ++image) {
    const std::span<const float> one = logits.subspan(image * classes, classes);
    correct.push_back(std::max_element(one.begin(), one.end()) - one.begin() == labels[image] ? 1 : 0);
  }
  return correct;
}

}  // namespace

double SetAnswers::accuracy_of(std::size_t exit) const {
  return std::accumulate(correct[exit].begin(), correct[exit].end(), 0.0) / static_cast<double>(images);
}

SetAnswers set_answers(const ExitProfile& profile, const std::string& set, const NetworkCut* cut) {
  if (profile.cells)
    throw UserError(fmt::format("{} answers by cells, and not by one class for an image", profile.model));
  const std::size_t index = profile.set_index(set);
  const ImageSet& own = profile.sets[index];
  SetAnswers answers;
  answers.images = own.images();
  answers.classes = profile.num_classes;
  answers.labels = own.labels;
  answers.last_device_exit = static_cast<int>(profile.exits.size()) - 2;
  const SplitPoint* split = nullptr;
  const CodecAnswers* coded = nullptr;
  if (cut != nullptr) {
    answers.last_device_exit = last_exit_before(cut->split);
    split = profile.find_split(cut->split);
    coded = profile.find_answers(cut->split, cut->codec, "");
    if (coded == nullptr)
      throw UserError(
          fmt::format("the profile of {} has no {} at \"{}\"; make it with: offramp profile {} --codec "
                      "\"{}:{}\"",
                      profile.model, cut->codec, cut->split, profile.model, cut->split, cut->codec));
    answers.coded_bytes = coded->sets[index].coded_bytes;
    answers.encode_s = coded->encode_s;
    answers.decode_s = coded->decode_s;
  }
  for (std::size_t exit = 0; exit < profile.exits.size(); ++exit) {
    const bool behind = coded != nullptr && static_cast<int>(exit) > answers.last_device_exit;
    answers.logits.push_back(behind ? profile.logits_behind(*split, *coded, index, exit) : own.logits[exit]);
    answers.correct.push_back(right(answers.logits.back(), own.labels, profile.num_classes));
    if (profile.has_routers && exit + 1 < profile.exits.size())
      answers.routers.push_back(behind ? profile.routers_behind(*split, *coded, index, exit)
                                       : profile.routers_of(index, exit));
  }
  return answers;
}

}  // namespace offramp
