#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "sim/cli/codec_report.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

nlohmann::json evaluated(const Workplace& place, const std::string& arguments) {
  const Finished run = run_offramp(place.path(), "evaluate " + arguments + " --no-measure --json");
  INFO(run.err);
  REQUIRE(run.code == 0);
  return nlohmann::json::parse(run.out);
}

}  // namespace

TEST_CASE("a codec's family has a letter for the number that turns its rate") {
  CHECK(codec_family("jpeg75") == "jpegQ");
  CHECK(codec_family("jxl_d1.5") == "jxl_dD");
  CHECK(codec_family("int8_per_channel_jxl_d3") == "int8_per_channel_jxl_dD");
  CHECK(codec_family("hevc_qp28") == "hevc_qpQP");
  CHECK(codec_family("int4_per_channel_mse_zstd19") == "intB_per_channel_mse_zstd19");
  CHECK(codec_family("int4_jxl") == "intB_jxl");
  CHECK(codec_family("raw_f32") == "raw_f32");
  CHECK(codec_family("jxl9") == "jxl9");
}

TEST_CASE("an evaluation adds up and compares with the final exit on the same images") {
  const Workplace place;
  const auto e = evaluated(
      place, "b_lenet_fashion --device raspberry_pi_4,nvidia_t4 --from 'exit 0:int8_zstd' --codecs");
  double share = 0, correct = 0;
  for (const auto& exit : e.at("exits")) {
    share += exit.at("share").get<double>();
    correct += exit.at("correct_share").get<double>();
  }
  CHECK(share == Approx(1));
  CHECK(correct == Approx(e.at("total_accuracy").get<double>()));
  CHECK(e.at("edge_share") == e.at("exits").at(0).at("share"));
  CHECK(e.at("total_accuracy_ci95").at(0) < e.at("total_accuracy"));
  CHECK(e.at("total_accuracy_ci95").at(1) > e.at("total_accuracy"));
  CHECK(e.at("gain_flops").get<double>() ==
        Approx(e.at("flops_plain").get<double>() / e.at("flops_per_image").get<double>()));

  const auto& all = e.at("comparisons").at(0).at("all");
  const double images = all.at("images");
  CHECK(all.at("difference").get<double>() ==
        Approx((all.at("only_this_right").get<double>() - all.at("only_against_right").get<double>()) /
               images));
  CHECK(all.at("accuracy") == e.at("total_accuracy"));
  CHECK(all.at("against_accuracy").get<double>() ==
        Approx(e.at("exits").at(1).at("accuracy_all_images").get<double>()));
  const auto& edge = e.at("comparisons").at(0).at("answered_at_edge");
  CHECK(edge.at("images").get<double>() == Approx(e.at("edge_share").get<double>() * images));
  CHECK(edge.at("accuracy").get<double>() == Approx(e.at("edge_accuracy").get<double>()));

  REQUIRE(e.at("devices").size() == 2);
  const auto& pi = e.at("devices").at(0);
  CHECK(pi.at("gain").get<double>() ==
        Approx(pi.at("plain_s").get<double>() / pi.at("early_exit_s").get<double>()));
  CHECK(pi.at("cloud_only_j") > 0);
  CHECK(pi.at("edge_only_j") < pi.at("early_exit_j"));  // the same exit on the device, and nothing is sent
  CHECK(e.at("codecs").size() >= 3);
  for (const auto& codec : e.at("codecs")) {
    INFO(codec.dump());
    CHECK(codec.at("loss").get<double>() ==
          Approx(codec.at("accuracy_f32").get<double>() - codec.at("accuracy").get<double>()).margin(1e-12));
    CHECK(codec.at("loss_ci95").at(0) <= codec.at("loss"));
    CHECK(codec.at("loss_ci95").at(1) >= codec.at("loss"));
    REQUIRE(codec.at("devices").size() == 2);
    CHECK(codec.at("devices").at(0).at("encode_s") > 0);
  }
  CHECK(e.at("fewest_bytes").size() >= 2);
  CHECK(e.at("gain_cpu").is_null());
}

TEST_CASE("any rule can be evaluated, and against another model or one exit of it") {
  const Workplace place;
  const auto fixed =
      evaluated(place, "b_lenet_fashion --rule fixed --exit 0 --against b_lenet_fashion --against-exit 1");
  CHECK(fixed.at("exits").at(0).at("share") == 1);
  CHECK(fixed.at("exits").at(1).at("accuracy").is_null());
  // Its own final exit, the plain network, and what was asked for.
  REQUIRE(fixed.at("comparisons").size() == 3);
  CHECK(fixed.at("comparisons").at(1).at("against") == "lenet_fashion");
  CHECK(fixed.at("comparisons").at(0).at("all") ==
        fixed.at("comparisons").at(2).at("all"));  // both: exit 1 alone
  const auto same = evaluated(place, "b_lenet_fashion --against b_lenet_fashion");
  CHECK(same.at("comparisons").at(2).at("all").at("mcnemar_p") == 1);
  CHECK(same.at("comparisons").at(2).at("all").at("no_loss") == true);
}

TEST_CASE("what becomes of each image can be had as a table") {
  const Workplace place;
  const auto e = evaluated(place, "b_lenet_fashion --answers answers.csv");
  std::istringstream lines(place.read("answers.csv"));
  std::string line;
  std::getline(lines, line);
  CHECK(line == "image,exit,correct");
  int images = 0, early = 0, right = 0;
  for (; std::getline(lines, line); ++images) {
    REQUIRE(line.starts_with(std::to_string(images) + ","));
    early += contains(line, ",0,") ? 1 : 0;
    right += line.ends_with(",1") ? 1 : 0;
  }
  CHECK(images == 10000);
  CHECK(early / 10000.0 == Approx(e.at("exits").at(0).at("share").get<double>()));
  CHECK(right / 10000.0 == Approx(e.at("total_accuracy").get<double>()));
}

TEST_CASE("a network is judged on any image set of its profile, with a router by its router") {
  const Workplace place;
  CHECK(evaluated(place, "b_lenet_fashion --set validation").at("images") == 5000);
  const auto few = evaluated(place, "bridge_cifar10 --set true_pixels --codecs");
  CHECK(few.at("images") == 1000);
  CHECK(few.at("set") == "true_pixels");
  for (const auto& codec : few.at("codecs")) {
    INFO(codec.dump());
    CHECK(codec.at("feature_sqnr_db").is_null() == codec.at("exact").get<bool>());
  }
  CHECK(evaluated(place, "hybrid_cifar10").at("policy").at("rule") == "router");
  const Finished unknown = run_offramp(place.path(), "evaluate b_lenet_fashion --no-measure --set night");
  CHECK(unknown.code == 2);
  CHECK_THAT(unknown.err,
             Catch::Matchers::ContainsSubstring("night") && Catch::Matchers::ContainsSubstring("validation"));
}

TEST_CASE("what evaluate is asked wrongly is told with a remedy") {
  const Workplace place;
  const auto complaint = [&](const std::string& arguments) {
    const Finished run = run_offramp(place.path(), "evaluate " + arguments + " --no-measure");
    CHECK(run.code == 2);
    return run.err;
  };
  CHECK(contains(complaint("b_lenet_fashion --rule margin"),
                 "--thresholds: 0 values, but b_lenet_fashion has 1 exits"));
  CHECK(contains(complaint("b_lenet_fashion --rule patience"), "needs --patience"));
  CHECK(contains(complaint("b_lenet_fashion --rule fixed --exit 2"), "has the exits 0 to 1"));
  CHECK(contains(complaint("b_lenet_fashion --against ./tiny"), "was tested on other images"));
  CHECK(contains(complaint("./tiny"), "has no thresholds of its own"));
  CHECK(
      contains(complaint("b_lenet_fashion --rule router --thresholds 0.5"), "needs a network with a router"));
}
