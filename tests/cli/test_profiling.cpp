#include "sim/profile/profile_store.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The zoo's B-LeNet without its profile, and a short scenario that uses it.
void copy_unprofiled_model(const Workplace& place) {
  const fs::path zoo = fs::path(OFFRAMP_ZOO) / "b_lenet_fashion";
  fs::create_directory(place.path() / "fashion");
  for (const char* file : {"model.yaml", "weights.safetensors"})
    fs::copy_file(zoo / file, place.path() / "fashion" / file);
  place.write("fashion.yaml", R"(
name: fashion
duration: 5s
devices:
  - {count: 3, type: raspberry_pi_4, model: ./fashion, arrivals: {process: poisson, rate: 2/s}, access: wifi,
     policy: {rule: entropy, thresholds_nats: [0.7]}, offload: {from: exit 0, codec: int8_zstd}}
network:
  access: {wifi: {up: 20Mbps, down: 20Mbps, latency: 5ms}}
  uplink: {bandwidth: 10Mbps, latency: 10ms}
cloud: {type: nvidia_t4}
output: {figures: false}
)");
}

}  // namespace

TEST_CASE("a TorchScript module is imported only with --trust, since it is a program") {
  const Workplace place;
  place.write("net.pt", "no module");
  const Finished refused = run_offramp(place.path(), "import net.pt --dataset fashion_mnist");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "net.pt: is TorchScript, which is a program"));
  CHECK(contains(refused.err, "add --trust"));
}

TEST_CASE("a run profiles by itself what is missing and does it once") {
  if (!find_dataset("fashion_mnist")) {
    WARN("skipped: Fashion-MNIST is not on this machine (Debian: dataset-fashion-mnist)");
    return;
  }
  const Workplace place;
  copy_unprofiled_model(place);

  const Finished first = run_offramp(place.path(), "run fashion.yaml --out a");
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK(contains(first.err, "Profiling now"));
  CHECK(!contains(first.out, "FLOPs"));  // what the profiler prints is not the run's result

  const Finished second = run_offramp(place.path(), "run fashion.yaml --out b");
  CHECK(second.code == 0);
  CHECK(!contains(second.err, "Profiling"));
  CHECK(place.read("a/requests.csv") == place.read("b/requests.csv"));

  // Another codec is added; the one that is there is kept, times measured on the way included.
  const Finished third =
      run_offramp(place.path(), "run fashion.yaml --out c --set devices.0.offload.codec=raw_f32");
  CHECK(third.code == 0);
  CHECK(contains(third.err, "raw_f32"));
  CHECK(run_offramp(place.path(), "run fashion.yaml --out d").code == 0);
  CHECK(place.read("d/requests.csv") == place.read("a/requests.csv"));

  const Finished unknown =
      run_offramp(place.path(), "run fashion.yaml --set devices.0.offload.codec=int8_zst");
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err, "did you mean \"int8_zstd\"?"));

  // Changed weights: the profile does not fit any more, and is made anew.
  const std::string weights = place.read("fashion/weights.safetensors");
  place.write("fashion/weights.safetensors", weights.substr(0, weights.size() - 4) + std::string(4, '\0'));
  const Finished changed = run_offramp(place.path(), "run fashion.yaml --out e");
  INFO(changed.err);
  CHECK(changed.code == 0);
  CHECK(contains(changed.err, "Profiling now"));
}

TEST_CASE("the time of a model is counted without weights and without a profile") {
  const Workplace place;
  copy_unprofiled_model(place);
  const Finished counted = run_offramp(place.path(), "time ./fashion --device raspberry_pi_4 --json");
  fs::remove(place.path() / "fashion" / "weights.safetensors");
  const Finished bare = run_offramp(place.path(), "time ./fashion --device raspberry_pi_4 --json");
  INFO(bare.err);
  CHECK(counted.code == 0);
  CHECK(bare.code == 0);
  CHECK(bare.out == counted.out);
  CHECK(contains(bare.out, "\"name\": \"head 0\""));
  // The shipped profile of the same network knows the same costs; only the name of the folder differs.
  const Finished profiled = run_offramp(place.path(), "time b_lenet_fashion --device raspberry_pi_4 --json");
  const auto total = [](const std::string& json) { return json.substr(json.find("total_s"), 40); };
  CHECK(total(profiled.out) == total(bare.out));
}

TEST_CASE("this machine is calibrated when it is first named, and not again") {
  const Workplace place;
  const Finished first = run_offramp(place.path(), "time resnet20 --device this_machine --json");
  INFO(first.err);
  CHECK(first.code == 0);
  CHECK(contains(first.err, "this_machine has not been measured yet; calibrating now"));
  CHECK(fs::exists(place.path() / "config/offramp/devices/this_machine.yaml"));
  const Finished second = run_offramp(place.path(), "time resnet20 --device this_machine --json");
  CHECK(!contains(second.err, "calibrating"));
  CHECK(second.out == first.out);
  CHECK(contains(run_offramp(place.path(), "list devices").out, "this_machine"));
}
