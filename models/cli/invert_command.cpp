#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "models/cli/codec_request.hpp"
#include "models/cli/subcommands.hpp"
#include "models/privacy/measure_privacy.hpp"
#include "sim/core/atomic_output.hpp"

namespace offramp {
namespace {

struct InvertOptions {
  ModelAndData common;
  std::vector<std::string> codecs;
  PrivacyOrder order;
  std::string out;
};

void invert(InvertOptions& options) {
  for (const std::string& text : options.codecs) options.order.codecs.push_back(parse_codec_request(text));
  const ModelDescription model = options.common.description();
  const std::vector<Restoration> found =
      measure_privacy(model, load_dataset(model.dataset, options.common.data), options.order);
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  for (const Restoration& one : found)
    document.push_back({{"split", one.split},
                        {"codec", one.codec},
                        {"trained", one.trained},
                        {"psnr_db", std::isfinite(one.psnr_db) ? nlohmann::ordered_json(one.psnr_db)
                                                               : nlohmann::ordered_json()},
                        {"ssim", one.ssim}});
  const std::string text = document.dump(2) + "\n";
  options.out.empty() ? fmt::print("{}", text) : write_file_atomically(options.out, text);
}

}  // namespace

void add_invert_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "invert",
      "Train networks that draw the image from what travels, and say how well they do; offramp evaluate "
      "--privacy calls this");
  const auto options = std::make_shared<InvertOptions>();
  options->common.add_to(*command);
  command->add_option("--codec", options->codecs, "SPLIT:CODEC, may be repeated")->required();
  command->add_option("--train-images", options->order.train_images, "to learn from")
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--test-images", options->order.test_images, "to draw")
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--epochs", options->order.training.epochs, "over the images to learn from")
      ->check(CLI::Range(1, 10000));
  command->add_option("--picture", options->order.picture, "PNG file of the first images and what was drawn");
  command->add_option("--out", options->out, "file; default: standard output");
  command->footer("Example: offramp-models invert b_lenet_fashion --codec \"exit 0:int8_zstd\"");
  command->callback([options] { invert(*options); });
}

}  // namespace offramp
