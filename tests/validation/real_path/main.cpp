#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "sim/core/error.hpp"
#include "sim/core/quantity.hpp"
#include "tests/validation/real_path/measurement.hpp"

namespace {

using namespace offramp;

/// An option that takes a quantity with its unit.
CLI::Option* add_quantity(CLI::App& app, const std::string& name, double& value, const QuantityKind& kind,
                          const std::string& what) {
  return app.add_option_function<std::string>(
      name, [&value, &kind](const std::string& text) { value = parse_quantity(text, kind); }, what);
}

int measure(int argc, char** argv) {
  CLI::App app("Times a real TCP (cubic) over an emulated path on this machine; CSV to standard output.");
  app.require_subcommand(1);
  real_path::Setting setting;
  setting.link.buffer_bytes = 150e3;
  std::vector<std::string> size_texts;
  int flows = 10;
  double bulk_bytes = 0;
  double duration_s = 20;

  const auto subcommand = [&](const char* name, const char* what) {
    CLI::App* made = app.add_subcommand(name, what);
    add_quantity(*made, "--rate", setting.link.bytes_per_s, kBandwidth, "of the link, as 20Mbps")->required();
    add_quantity(*made, "--latency", setting.link.one_way_delay_s, kDuration, "one way, as 10ms")->required();
    add_quantity(*made, "--buffer", setting.link.buffer_bytes, kDataSize, "in front of the link; 150kB");
    made->add_option("--repeat", setting.repetitions, "repetitions")->check(CLI::Range(1, 1000));
    add_quantity(*made, "--latest", setting.latest_s, kDuration,
                 "throw away what the relay was later in; 0.2ms");
    return made;
  };
  CLI::App* messages = subcommand("messages", "messages on new, warm and idle connections");
  messages->add_option("--sizes", size_texts, "of messages, as 2kB,2MB")->delimiter(',')->required();
  CLI::App* sharing = subcommand("flows", "flows that start together on new connections");
  sharing->add_option("--sizes", size_texts, "of messages, as 200kB,1MB")->delimiter(',')->required();
  sharing->add_option("--flows", flows, "how many; 10")->check(CLI::Range(1, 1000));
  CLI::App* queue = subcommand("queue", "small requests beside a bulk transfer");
  add_quantity(*queue, "--bulk", bulk_bytes, kDataSize,
               "of each bulk message; left out: one that does not end");
  add_quantity(*queue, "--duration", duration_s, kDuration, "20s");
  CLI::App* loss = subcommand("loss", "throughput where packets are lost at random");
  loss->add_option("--loss", setting.link.loss_probability, "of each packet of data")->required();
  add_quantity(*loss, "--duration", duration_s, kDuration, "20s, after 5 s");
  CLI::App* uploads = subcommand("uploads", "Poisson uploads of devices that share the link");
  real_path::UploadPattern pattern;
  double message_bytes = 0;
  std::string connection = "kept";
  add_quantity(*uploads, "--size", message_bytes, kDataSize, "of a message")->required();
  uploads->add_option("--utilization", pattern.utilization, "of the link, by bytes on the wire")
      ->required()
      ->check(CLI::Range(0.01, 0.99));
  uploads->add_option("--connection", connection, "kept, or a new one for each upload")
      ->check(CLI::IsMember({"kept", "new"}));
  uploads->add_option("--uploads", pattern.uploads, "that count, or as many as come in 90 s; 2000");
  uploads->add_option("--devices", pattern.devices, "20")->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);

  std::vector<double> sizes;
  for (const std::string& text : size_texts) sizes.push_back(parse_quantity(text, kDataSize));
  for (const double size : sizes)
    if (size < 8) throw UserError("a message has at least 8 bytes");
  pattern.message_bytes = static_cast<std::uint32_t>(message_bytes);
  pattern.kept = connection == "kept";
  real_path::raise_priority();
  if (*messages) real_path::measure_messages(setting, sizes);
  if (*sharing) real_path::measure_flows(setting, flows, sizes);
  if (*queue) real_path::measure_queue(setting, bulk_bytes, duration_s);
  if (*uploads) real_path::measure_uploads(setting, pattern);
  if (*loss) real_path::measure_loss(setting, duration_s);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const UserError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  } catch (const BadQuantity& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "real_path: {}\n", error.what());
    return 1;
  }
}
