#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the time of a known network needs neither weights nor LibTorch") {
  const Workplace place;
  const Finished run = run_offramp(place.path(), "time resnet110 --device a1_medium --json");
  REQUIRE(run.code == 0);
  const auto document = nlohmann::json::parse(run.out);
  CHECK(document.at("segments").size() == 55);
  double sum = document.at("overhead_per_run_s");
  for (const auto& segment : document.at("segments")) sum += segment.at("time_s").get<double>();
  CHECK(document.at("total_s").get<double>() == Approx(sum));
  CHECK(document.at("interval_s").at("low") < document.at("total_s"));
  CHECK(document.at("interval_s").at("high") > document.at("total_s"));
  CHECK(document.at("like_fitted") == true);

  const Finished other =
      run_offramp(place.path(), "time mobilenet_v2 --device a1_medium --input 3x96x96 --classes 10");
  CHECK(other.code == 0);
  CHECK(contains(other.out, "mobilenet_v2 at 3x96x96 on a1_medium (measured), batch 1"));
  CHECK(contains(other.out, "probably between"));
  CHECK(contains(other.err, "of this network the fit knows less"));
}

TEST_CASE("what the time is asked of wrongly is told") {
  const Workplace place;
  const Finished network = run_offramp(place.path(), "time resnet11 --device a1_medium");
  CHECK(network.code == 2);
  CHECK(contains(network.err, "there is no network \"resnet11\""));
  const Finished device = run_offramp(place.path(), "time resnet110 --device a1_medum");
  CHECK(device.code == 2);
  CHECK(contains(device.err, "there is no device type \"a1_medum\"; did you mean \"a1_medium\"?"));
  const Finished input = run_offramp(place.path(), "time resnet110 --device a1_medium --input 32x32");
  CHECK(input.code == 2);
  CHECK(contains(input.err, "write for example 3x32x32"));
  CHECK(run_offramp(place.path(), "time resnet110").code == 2);
}

TEST_CASE("a fit is shown with its errors") {
  const Workplace place;
  const Finished run = run_offramp(place.path(), "fit-device g4dn_xlarge --json");
  REQUIRE(run.code == 0);
  const auto document = nlohmann::json::parse(run.out);
  CHECK(document.at("not_identified") == nlohmann::json({"rate", "memory_bandwidth"}));
  CHECK(document.at("pieces").size() == 11);
  CHECK(document.at("leave_one_out").size() == 11);
  CHECK(document.at("leave_kind_out").size() == 4);
  const Finished nothing = run_offramp(place.path(), "fit-device phone_npu");
  CHECK(nothing.code == 2);
  CHECK(contains(nothing.err, "nothing to fit it to"));
}

TEST_CASE("device types are listed with how their figures came about") {
  const Workplace place;
  const Finished run = run_offramp(place.path(), "list devices");
  CHECK(contains(run.out, "a1_medium       measured          AWS a1.medium"));
  CHECK(contains(run.out, "jetson_nano     from data sheet   NVIDIA Jetson Nano"));
}
