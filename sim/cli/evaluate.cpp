#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/evaluation.hpp"
#include "sim/cli/program.hpp"
#include "sim/scenario/policy_rules.hpp"

namespace offramp {

void add_evaluate_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "evaluate",
      "Report a network on its test images: accuracy, exits, costs, and its time on this machine");
  struct Options {
    EvaluationOrder order;
    bool json = false;
    bool no_measure = false;
  };
  auto options = std::make_shared<Options>();
  EvaluationOrder& order = options->order;
  command
      ->add_option("model", order.model, "A name of models/zoo, or a folder with a model.yaml (with a slash)")
      ->required();
  command
      ->add_option("--rule", order.rule,
                   "Exit rule; default: entropy with the model's own thresholds, router at 0.5 where there "
                   "are routers")
      ->check(CLI::IsMember(policy_rule_names()));
  command->add_option("--thresholds", order.thresholds, "One for each exit before the final one: 0.3,0.2")
      ->delimiter(',');
  command->add_option("--patience", order.patience, "Of the rule patience");
  command->add_option("--exit", order.exit, "Of the rule fixed");
  command->add_flag("--calibrated", order.calibrated,
                    "Let the rule see logits over the profile's temperatures");
  command->add_option("--from", order.from,
                      "SPLIT:CODEC where the network is cut; default: nothing is coded");
  command->add_option(
      "--set", order.set,
      "Of the profile's image sets: test, validation, or what else the dataset has (true_pixels)");
  command->add_option("--device", order.devices, "Device types for time and joules by their model")
      ->delimiter(',');
  command->add_option("--against", order.against, "Another model, image by image (McNemar's test)");
  command->add_option("--against-exit", order.against_exit, "Of the other model this exit alone");
  command->add_option("--answers", order.answers,
                      "CSV file of each image: the exit that answers, and whether rightly");
  command->add_flag("--codecs", order.codecs,
                    "What each codec of the profile costs and leaves: rate against accuracy");
  command->add_option("--codec", order.with_codecs,
                      "SPLIT:CODEC to have among them, may be repeated; profiled now when it is missing");
  command->add_option("--reference", order.reference,
                      "SPLIT:FAMILY that curves of codecs are held against; default: input:jpegQ");
  command->add_flag(
      "--privacy", order.privacy,
      "Train networks that draw the image from what each codec delivers, and say how well they do");
  command->add_option("--privacy-picture", order.privacy_picture,
                      "PNG file of the first images and what was drawn");
  command->add_option("--privacy-epochs", order.privacy_epochs, "Of each such training")
      ->check(CLI::Range(1, 1000));
  command->add_option(
      "--data", order.data,
      "The dataset's folder; default: $OFFRAMP_DATA, or Debian's package. Of a network by cells: "
      "frames to evaluate it on, in place of those of its profile");
  command->add_option("--images", order.measured_images, "How many images are timed")
      ->check(CLI::Range(1, 1000000));
  command->add_flag("--no-measure", options->no_measure, "Take no times of this machine");
  command->add_flag("--json", options->json, "As JSON");
  command->footer(
      "Example:  offramp evaluate b_lenet_fashion --device raspberry_pi_4,nvidia_t4 --from \"exit "
      "0:int8_zstd\"");
  command->callback([options] {
    options->order.measure = !options->no_measure;
    const nlohmann::ordered_json evaluation = evaluate(options->order);
    fmt::print("{}{}", options->json ? evaluation.dump(2) : evaluation_table(evaluation),
               options->json ? "\n" : "");
  });
}

}  // namespace offramp
