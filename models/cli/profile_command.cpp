#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "models/cli/codec_request.hpp"
#include "models/cli/mask_request.hpp"
#include "models/cli/subcommands.hpp"
#include "models/profiling/logits.hpp"
#include "models/profiling/make_profile.hpp"
#include "models/profiling/people_answers.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

struct ProfileOptions {
  ModelAndData common;
  std::vector<std::string> codecs;
  std::vector<std::string> masks;
  std::optional<fs::path> out;
  bool force = false;
};

double mean(std::span<const std::uint32_t> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double accuracy(std::span<const float> logits, std::span<const std::int32_t> labels) {
  const std::vector<bool> correct = correct_answers(logits, labels);
  return static_cast<double>(std::count(correct.begin(), correct.end(), true)) /
         static_cast<double>(labels.size());
}

void print_table(const ExitProfile& profile) {
  const std::size_t index = profile.set_index("test");
  const ImageSet& test = profile.sets[index];
  fmt::print("{} on {} test images of {}\n\nexit   accuracy   FLOPs of segment and head\n", profile.model,
             test.images(), profile.dataset);
  for (std::size_t i = 0; i < test.logits.size(); ++i)
    fmt::print("{:<6} {:>8}   {:.0f} + {:.0f}\n", i,
               fmt::format("{:.2f} %", 100 * accuracy(test.logits[i], test.labels)),
               profile.exits[i].backbone.flops, profile.exits[i].head.flops);
  fmt::print(
      "\nsplit    shape      codec       bytes an image   accuracy of the final exit   encode   decode\n");
  for (const SplitPoint& split : profile.splits) {
    const std::string shape =
        fmt::format("{}x{}x{}", split.shape.channels, split.shape.height, split.shape.width);
    for (const CodecAnswers& codec : split.codecs) {
      const CodedSet& coded = codec.sets[index];
      const double share =
          accuracy(profile.logits_behind(split, codec, index, test.logits.size() - 1), test.labels);
      fmt::print("{:<8} {:<10} {:<11} {:>14.1f} {:>28} {:>5.0f} us {:>5.0f} us\n", split.name, shape,
                 codec.label(), mean(coded.coded_bytes),
                 fmt::format("{:.2f} %{}", 100 * share, codec.exact ? ", exact" : ""), 1e6 * codec.encode_s,
                 1e6 * codec.decode_s);
    }
  }
}

void print_people_table(const ExitProfile& profile) {
  const std::size_t index = profile.set_index("test");
  const ImageSet& test = profile.sets[index];
  const auto score = [&](std::span<const float> logits, std::span<const float> counts) {
    const CellSayings said{{logits.begin(), logits.end()}, {counts.begin(), counts.end()}};
    return fmt::format("{:<9.4f} {:>6.3f}", cell_f1(said, test.labels),
                       count_error(said, test.labels, test.cells));
  };
  fmt::print("{} on {} test frames of {}\n\nexit   F1 of cells   counting error\n", profile.model,
             test.images(), profile.dataset);
  for (std::size_t i = 0; i < test.logits.size(); ++i)
    fmt::print("{:<6} {}\n", i, score(test.logits[i], test.counts[i]));
  fmt::print("\nsplit    codec              mask                      bytes a frame   encode   decode\n");
  for (const SplitPoint& split : profile.splits)
    for (const CodecAnswers& codec : split.codecs)
      fmt::print("{:<8} {:<18} {:<25} {:>13.1f} {:>5.0f} us {:>5.0f} us\n", split.name, codec.codec,
                 profile.masks[*codec.mask].text(), mean(codec.sets[index].coded_bytes), 1e6 * codec.encode_s,
                 1e6 * codec.decode_s);
}

void profile(const ProfileOptions& options) {
  ProfileOrder order;
  for (const std::string& text : options.codecs) order.wanted.push_back(parse_codec_request(text));
  order.out = options.out;
  order.from_scratch = options.force;
  const ModelDescription model = options.common.description();
  const bool people = is_people_dataset(model.dataset, options.common.data);
  if (!people && !options.masks.empty())
    throw UserError(fmt::format("--mask: {} names a class for a picture; masks are for networks by cells",
                                options.common.model));
  for (const std::string& text : options.masks) order.masks.push_back(parse_mask(text));
  const MadeProfile made =
      people ? make_people_profile(
                   model, load_people_dataset(model.dataset, options.common.data, model.input), order)
             : make_profile(model, load_dataset(model.dataset, options.common.data), order);
  if (people)
    print_people_table(made.profile);
  else
    print_table(made.profile);
  fmt::print(stderr, "{}\n", made.path.string());
}

}  // namespace

void add_profile_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "profile",
      "Record what a network says about every validation and test image, with codecs at its split points");
  command->footer(
      "Example: offramp profile b_lenet_fashion --codec input:jpeg75 --codec \"exit 0:int8_zstd\"");
  const auto options = std::make_shared<ProfileOptions>();
  options->common.add_to(*command);
  command->add_option(
      "--codec", options->codecs,
      "SPLIT:CODEC to add, may be repeated; default: raw_u8 at the input, raw_f32 and int8_zstd at exits. "
      "SPLIT:CODEC,SPLIT:CODEC codes at the second what the first delivered, as a gateway does");
  command->add_option(
      "--mask", options->masks,
      "of a network by cells: the rule by which cells stay on the device, as entropy:0.1,0.2,0.3 (nats, one "
      "for each exit before the final one), max_probability:0.9,0.8,0.8, margin:0.8,0.6,0.6, patience:1, or "
      "always for none; may be repeated; default: what training chose, parts of it, and always");
  command->add_option("--out", options->out,
                      "the file to write; default: profile.safetensors in the model's folder");
  command->add_flag("--force", options->force, "do everything again");
  command->callback([options] { profile(*options); });
}

}  // namespace offramp
