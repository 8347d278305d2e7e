#include "sim/scenario/model_description.hpp"

#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kSound = R"(network: b_lenet
data: fashion_mnist
input: [1, 28, 28]
classes: 10
exits: 2
thresholds_nats: [0.3]
training: {epochs: 40, exit_weights: [1.0, 0.5]}
)";

Texts problems(const Workshop& workshop, const std::string& text) {
  workshop.write("net/model.yaml", text);
  return workshop.problems_of([&] { read_model_description("./net", workshop.path()); });
}

}  // namespace

TEST_CASE("a model description says network and data and shape and keeps the training recipe as text") {
  const Workshop workshop;
  workshop.write("net/model.yaml", kSound);
  const ModelDescription model = read_model_description("net/", workshop.path());
  CHECK(model.name == "net");
  CHECK(model.directory == workshop.path() / "net");
  CHECK(model.network == "b_lenet");
  CHECK(model.dataset == "fashion_mnist");
  CHECK(model.input == FeatureShape{1, 28, 28});
  CHECK(model.num_classes == 10);
  CHECK(model.num_exits == 2);
  CHECK(model.thresholds_nats == std::vector<double>{0.3});
  CHECK(model.training == std::map<std::string, std::string>{{"epochs", "40"}, {"exit_weights", "1.0, 0.5"}});
}

TEST_CASE("a model description's mistakes are told at their places") {
  const Workshop workshop;
  CHECK(
      problems(workshop, replaced(kSound, "[1, 28, 28]", "[28, 28]")) ==
      Texts{
          "net/model.yaml:3:8: input: has 2 numbers; give channels, height and width, such as [3, 32, 32]"});
  for (const char* path : {"../../home", "/etc", ".hidden"})
    CHECK(
        problems(workshop, replaced(kSound, "fashion_mnist", path)) ==
        Texts{"net/model.yaml:2:7: data: is a path; give the name of a dataset, whose folder OFFRAMP_DATA or "
              "--data holds"});
  CHECK(problems(workshop, replaced(kSound, "classes: 10", "classes: 1")) ==
        Texts{R"(net/model.yaml:4:10: classes: "1" is out of range; allowed: 2 to 1000000)"});
  CHECK(problems(workshop, replaced(kSound, "[0.3]", "[0.3, 0.2]")) ==
        Texts{"net/model.yaml:6:18: thresholds_nats: 2 values; exits are 2, so give 1"});
  CHECK(problems(workshop, replaced(kSound, "data:", "dta:")) ==
        Texts{R"(net/model.yaml:2:1: unknown key "dta"; did you mean "data"?)"});
  const Texts nested = problems(workshop, replaced(kSound, "epochs: 40", "epochs: {a: 1}"));
  REQUIRE(nested.size() == 1);
  CHECK(nested[0].starts_with("net/model.yaml:7:20: training.epochs: found a map"));
}

TEST_CASE("a network by cells says its grid, and that its classes are two") {
  const Workshop workshop;
  const std::string by_cells = replaced(kSound, "classes: 10", "classes: 2\ncells: [7, 9]");
  workshop.write("net/model.yaml", by_cells);
  CHECK(read_model_description("./net", workshop.path()).cells == CellGrid{7, 9});
  workshop.write("net/model.yaml", kSound);
  CHECK(!read_model_description("./net", workshop.path()).cells);
  CHECK(problems(workshop, replaced(by_cells, "[7, 9]", "[7]")) ==
        Texts{"net/model.yaml:5:8: cells: has 1 numbers; give rows and columns, such as [7, 7]"});
  CHECK(problems(workshop, replaced(by_cells, "[7, 9]", "[0, 9]")) ==
        Texts{R"(net/model.yaml:5:9: cells[0]: "0" is out of range; allowed: 1 to 1024)"});
  CHECK(problems(workshop, replaced(by_cells, "classes: 2", "classes: 3")) ==
        Texts{"net/model.yaml:5:8: cells: of a cell a network says whether somebody is there, so that "
              "classes are 2, "
              "not 3"});
}

TEST_CASE("a model that is not there is answered with those that are") {
  const Workshop workshop;
  CHECK(list_models() == Texts{"four_exits", "two_exits"});
  CHECK(
      workshop.problems_of([&] { read_model_description("two_exit", "."); }) ==
      Texts{
          R"(there is no model "two_exit"; did you mean "two_exits"? (a directory of your own has a "/" in it))"});
  CHECK(workshop.problems_of([&] { read_model_description("./absent", workshop.path()); }) ==
        Texts{"absent/model.yaml: there is no such file"});
}

}  // namespace offramp
