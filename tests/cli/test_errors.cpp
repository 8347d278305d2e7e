#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

/// Nothing of a run is left behind.
bool left_nothing(const Workplace& place) {
  return !fs::exists(place.path() / "runs") || fs::is_empty(place.path() / "runs");
}

}  // namespace

TEST_CASE("all problems of a scenario are told at once with their places") {
  const Workplace place;
  std::string text = place.read("tiny.yaml");
  text = replaced(text, "bandwidth: 1Mbps", "bandwidth: 1");
  text = replaced(text, "thresholds_nats: [0.4]", "treshold_nats: [0.4]");
  text = replaced(text, "servers: 2", "servers: 0");
  place.write("bad.yaml", text);
  const Finished run = run_offramp(place.path(), "run bad.yaml");
  CHECK(run.code == 2);
  CHECK(run.out.empty());
  CHECK(contains(
      run.err,
      "bad.yaml:14:29: devices[0].policy: unknown key \"treshold_nats\"; did you mean \"thresholds_nats\"?"));
  CHECK(contains(run.err,
                 "bad.yaml:31:23: network.uplink.bandwidth: \"1\" has no unit; write \"50Mbps\" (bits) or "
                 "\"6.25MBps\" (bytes)"));
  CHECK(contains(run.err, "bad.yaml:35:12: cloud.servers:"));
  CHECK(left_nothing(place));
}

TEST_CASE("a wrong number of thresholds names the network and its exits") {
  const Workplace place;
  const Finished run =
      run_offramp(place.path(), "run tiny.yaml --set devices.0.policy.thresholds_nats=[1,2,3]");
  CHECK(run.code == 2);
  CHECK(contains(run.err, "--set devices.0.policy.thresholds_nats"));
  CHECK(contains(run.err, "3 values, but tiny has 1 exit before the final one; give 1"));
}

TEST_CASE("a missing file names itself") {
  const Workplace place;
  const Finished run = run_offramp(place.path(), "run nowhere.yaml");
  CHECK(run.code == 2);
  CHECK(contains(run.err, "nowhere.yaml"));
}

TEST_CASE("a codec that the profile lacks is told with those it has") {
  const Workplace place;
  const Finished run = run_offramp(place.path(), "run tiny.yaml --set devices.1.offload.codec=jpeg33");
  CHECK(run.code == 2);
  CHECK(contains(run.err, "jpeg33"));
  CHECK(contains(run.err, "raw_u8"));
  CHECK(left_nothing(place));
}

TEST_CASE("one bit of the weights makes the profile unfit for whatever reads it") {
  const Workplace place;
  std::string weights = place.read("tiny/weights.safetensors");
  weights.back() = static_cast<char>(weights.back() ^ 1);
  place.write("tiny/weights.safetensors", weights);
  place.write("sweep.yaml", "base: tiny.yaml\naxes: {devices.0.count: [1, 2]}\n");
  for (const char* command :
       {"run tiny.yaml", "sweep sweep.yaml", "evaluate ./tiny", "tune ./tiny --edge-share 0.5",
        "plan tiny.yaml --maximize devices.0.count --subject-to \"latency_s.p95 <= 1s\""}) {
    CAPTURE(command);
    const Finished run = run_offramp(place.path(), command);
    CHECK(run.code == 2);
    CHECK(contains(run.err, "was made from other weights"));
    CHECK(left_nothing(place));
  }
  CHECK(contains(run_offramp(place.path(), "check tiny.yaml").err, "was made from other weights"));  // a note
}

TEST_CASE("a damaged profile names the file") {
  const Workplace place;
  fs::resize_file(place.path() / "tiny" / "profile.safetensors", 1000);
  const Finished run = run_offramp(place.path(), "run tiny.yaml");
  CHECK(run.code == 2);
  CHECK(contains(run.err, "profile.safetensors"));
}

TEST_CASE("a platform file that SimGrid cannot use is refused with its place") {
  const Workplace place;
  const std::string hosts = "<host id=\"a\" speed=\"1Gf\"/><host id=\"b\" speed=\"1Gf\"/>";
  place.write(
      "sound.xml",
      "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<platform "
      "version=\"4.1\"><zone id=\"z\" routing=\"Full\">" +
          hosts +
          "<link id=\"l\" bandwidth=\"1MBps\" latency=\"1ms\"/><route src=\"a\" dst=\"b\">"
          "<link_ctn id=\"l\"/></route></zone></platform>\n");
  place.write("broken.xml",
              "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<plat");
  const auto run_on = [&](const std::string& network) {
    return run_offramp(
        place.path(),
        "run tiny.yaml --set compare=null --set devices.0.access=null --set devices.1.access=null "
        "--set 'network=" +
            network + "'");
  };
  CHECK(run_on("{platform: sound.xml, cloud: a, devices: b}").code == 0);
  fs::remove_all(place.path() / "runs");
  const Finished broken = run_on("{platform: broken.xml, cloud: a, devices: b}");
  CHECK(broken.code == 2);
  CHECK(contains(broken.err, "broken.xml:3: "));
  const Finished nobody = run_on("{platform: sound.xml, cloud: a, devices: phone-*}");
  CHECK(nobody.code == 2);
  CHECK(contains(nobody.err, "has no host that matches network.devices \"phone-*\""));
  CHECK(run_on("{platform: nowhere.xml, cloud: a, devices: b}").code == 2);
  CHECK(left_nothing(place));
}

TEST_CASE("a disk that is full leaves nothing and says where") {
  // A limit on the size of files stands for the full disk: 8 blocks of 512 B; requests.csv is larger.
  const Workplace place;
  const Finished run = run_offramp(place.path(), "run tiny.yaml --out out", "trap '' XFSZ; ulimit -f 8;");
  CHECK(run.code == 2);
  CHECK(contains(run.err, "requests.csv"));
  CHECK(!fs::exists(place.path() / "out"));
}

TEST_CASE("misuse of the command line ends with 2 and help with 0") {
  const Workplace place;
  CHECK(run_offramp(place.path(), "run").code == 2);
  CHECK(run_offramp(place.path(), "walk").code == 2);
  CHECK(run_offramp(place.path(), "list colours").code == 2);
  CHECK(run_offramp(place.path(), "run tiny.yaml --set devices.0.count").code == 2);
  const Finished help = run_offramp(place.path(), "run --help");
  CHECK(help.code == 0);
  CHECK(contains(help.out, "Example"));
}

TEST_CASE("check prints the resolved scenario which reads back to itself") {
  const Workplace place;
  const Finished first = run_offramp(place.path(), "check tiny.yaml --set devices.0.count=5");
  REQUIRE(first.code == 0);
  CHECK(contains(first.out, "idle_timeout: 1s"));
  place.write("again.yaml", first.out);
  const Finished second = run_offramp(place.path(), "check again.yaml");
  CHECK(second.code == 0);
  CHECK(first.out == second.out);
}

TEST_CASE("check says which codecs no profile has") {
  const Workplace place;
  CHECK(run_offramp(place.path(), "check tiny.yaml").err.empty());
  const Finished unknown =
      run_offramp(place.path(), "check tiny.yaml --set devices.0.offload.codec=int9_zip");
  CHECK(contains(unknown.err, "note: a run would have to make a profile first, and fail if it cannot: "));
  CHECK(contains(unknown.err, "lacks the codec int9_zip"));
}

TEST_CASE("lists name what there is") {
  const Workplace place;
  CHECK(contains(run_offramp(place.path(), "list devices").out, "raspberry_pi_4"));
  CHECK(contains(run_offramp(place.path(), "list policies").out, "entropy"));
  CHECK(contains(run_offramp(place.path(), "list models").out, "b_lenet_fashion"));
  CHECK(contains(run_offramp(place.path(), "list scenarios --json").out, "quickstart.yaml"));
}

TEST_CASE("a segment that does not fit its device's memory is refused by check and run") {
  // The device's exit: weights of 4,000 and 2,000 B; pictures of 8x8 as f32 are 256 B, and this profile knows
  // no more of features. 6,256 B in all, half of that with 2 bytes a value.
  const Workplace place;
  const auto with_memory = [&](const std::string& memory, const std::string& precision) {
    place.write(
        "small.yaml",
        "name: small\ndescription: a device for tests\nbasis: from data sheet\ncompute: {overhead_per_call: "
        "50us, rate: 5GFLOP/s, memory_bandwidth: 4GBps}\nmemory: " +
            memory + "\nprecision: " + precision +
            "\ncodec: {zstd: 12ms/MB}\npower: {idle: 2W, busy: 6W}\nsources: {overhead_per_call: a, rate: b, "
            "memory_bandwidth: c, memory: d, zstd: e, idle: f, busy: g}\n");
    return run_offramp(place.path(), "check tiny.yaml --set devices.0.type=./small.yaml");
  };
  CHECK(with_memory("6300B", "f32").code == 0);
  CHECK(with_memory("3200B", "f16").code == 0);
  const Finished refused = with_memory("6200B", "f32");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "tiny.yaml: devices[0].type: tiny up to exit 0 asks for at least 0.00626 MB"));
  CHECK(contains(refused.err, "but small has 0.0062 MB"));
  CHECK(run_offramp(place.path(), "run tiny.yaml --set devices.0.type=./small.yaml").code == 2);
  CHECK(left_nothing(place));
  CHECK(contains(with_memory("6300B", "f64").err, "small.yaml:6:12: precision: \"f64\" is unknown"));
}
