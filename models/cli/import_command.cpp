#include <fmt/format.h>

#include <memory>

#include "models/cli/subcommands.hpp"
#include "models/data/registry.hpp"
#include "models/training/import_model.hpp"
#include "sim/core/error.hpp"

namespace offramp {

void add_import_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "import", "Make a model out of a TorchScript module of your own: entry, thresholds and profile");
  struct Options {
    std::string file, dataset, out;
    std::optional<std::filesystem::path> data;
    bool trust = false;
  };
  const auto options = std::make_shared<Options>();
  command
      ->add_option("FILE", options->file,
                   "what torch.jit.save wrote; analysis/profile_format.md says what it must have")
      ->required();
  command->add_option("--dataset", options->dataset, "the data it was trained for, such as fashion_mnist")
      ->required();
  command->add_option("--data", options->data,
                      "the dataset's folder; default: $OFFRAMP_DATA, or Debian's package");
  command->add_option("--out", options->out, "folder to make; default: the file's name without its ending");
  command->add_flag("--trust", options->trust,
                    "You trust who made FILE: it is a program, and runs here with your rights");
  command->footer(
      "Example: offramp import my_net.pt --dataset fashion_mnist --trust && offramp tune ./my_net");
  command->callback([options] {
    if (!options->trust)
      throw UserError(
          Place{options->file},
          "is TorchScript, which is a program: importing it runs it with your rights, and so does "
          "every later use of the model; if you trust who made it, add --trust");
    const std::filesystem::path out = options->out.empty() ? std::filesystem::path(options->file).stem()
                                                           : std::filesystem::path(options->out);
    import_model(options->file, load_dataset(options->dataset, options->data), out);
    fmt::print("{}\n", out.string());
  });
}

}  // namespace offramp
