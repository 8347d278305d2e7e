#include "sim/sweep/axis.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/core/error.hpp"
#include "sim/sweep/condition.hpp"
#include "sim/sweep/sample.hpp"
#include "tests/catch.hpp"

using namespace offramp;
using Catch::Matchers::ContainsSubstring;
using Strings = std::vector<std::string>;

namespace {

Strings values(const std::string& text) {
  std::vector<Problem> problems;
  const auto node = parse_yaml(text, "sweep.yaml", problems);
  Strings read = read_axis_values(YamlCursor(&*node, "axis", problems));
  throw_if_any(problems);
  return read;
}

Axis sample(const std::string& text) {
  std::vector<Problem> problems;
  const auto node = parse_yaml(text, "sweep.yaml", problems);
  Axis axis = read_sample(YamlCursor(&*node, "sample", problems));
  throw_if_any(problems);
  return axis;
}

bool holds(const std::string& condition, const std::map<std::string, std::string>& point) {
  std::vector<Problem> problems;
  const auto node = parse_yaml("\"" + condition + "\"", "sweep.yaml", problems);
  Strings parameters;
  for (const auto& [key, value] : point) parameters.push_back(key);
  const Condition read = Condition::read(YamlCursor(&*node, "where[0]", problems), parameters);
  throw_if_any(problems);
  return read.holds(point);
}

}  // namespace

TEST_CASE("an axis is a list of any values") {
  CHECK(values("[100, 200, exit 0]") == Strings{"100", "200", "exit 0"});
  CHECK(values("[[0.1, 0.2], {rule: never}]") == Strings{"[0.1, 0.2]", "{rule: never}"});
}

TEST_CASE("a linear range has its ends and equal steps between") {
  CHECK(values("{from: 0, to: 1, points: 5}") == Strings{"0", "0.25", "0.5", "0.75", "1"});
  CHECK(values("{from: 0.1, to: 0.7, step: 0.2}") == Strings{"0.1", "0.3", "0.5", "0.7"});
  CHECK(values("{from: 1Mbps, to: 2Mbps, points: 3}") == Strings{"1Mbps", "1.5Mbps", "2Mbps"});
  CHECK(values("{from: 5, to: 9, points: 1}") == Strings{"5"});
}

TEST_CASE("a logarithmic range has equal ratios") {
  CHECK(values("{from: 1kbps, to: 1000kbps, points: 4, scale: log}") ==
        Strings{"1kbps", "10kbps", "100kbps", "1000kbps"});
}

TEST_CASE("a range of whole numbers has none twice") {
  CHECK(values("{from: 1, to: 4, points: 7, whole: true}") == Strings{"1", "2", "3", "4"});
  CHECK(values("{from: 1, to: 100, points: 3, scale: log, whole: true}") == Strings{"1", "10", "100"});
}

TEST_CASE("a range that makes no sense is refused with what is allowed") {
  CHECK_THROWS_WITH(values("{from: 1Mbps, to: 1Gbps, points: 3}"), ContainsSubstring("write both in one"));
  CHECK_THROWS_WITH(values("{from: 0, to: 1, points: 3, scale: log}"), ContainsSubstring("ends above 0"));
  CHECK_THROWS_WITH(values("{from: 0, to: 1, point: 3}"), ContainsSubstring("did you mean \"points\"?"));
  CHECK_THROWS_WITH(values("{from: 0, to: 1, points: 3, step: 1}"), ContainsSubstring("give one of the two"));
  CHECK_THROWS_WITH(values("{from: 0, to: 1, step: -1}"), ContainsSubstring("leads from"));
  CHECK_THROWS_WITH(values("{from: few, to: 1, points: 3}"), ContainsSubstring("is no number"));
  CHECK_THROWS_WITH(values("[]"), ContainsSubstring("empty list"));
  CHECK_THROWS_WITH(values("5"), ContainsSubstring("a list is needed"));
}

TEST_CASE("the command line names an axis in one word") {
  const Axis axis = parse_vary("devices.0.count=100,200");
  CHECK(axis.keys == Strings{"devices.0.count"});
  CHECK(axis.rows == std::vector<Strings>{{"100"}, {"200"}});
  CHECK(parse_vary("k={from: 1, to: 3, points: 3}").rows.size() == 3);
  CHECK(parse_vary("k={rule: never},{rule: always}").rows ==
        std::vector<Strings>{{"{rule: never}"}, {"{rule: always}"}});
  CHECK(parse_vary("k=[0.1],[0.2]").rows == std::vector<Strings>{{"[0.1]"}, {"[0.2]"}});
  CHECK_THROWS_WITH(parse_vary("devices.0.count"), ContainsSubstring("is not KEY=VALUES"));
  CHECK_THROWS_WITH(parse_vary("k=[1"), ContainsSubstring("--vary k"));
}

TEST_CASE("a Latin hypercube hits each part of each range once") {
  // n points, n equal parts of [0, 1): floor(n u) runs through 0 .. n - 1, for each key in another order.
  constexpr std::size_t kPoints = 50;
  std::vector<std::vector<std::size_t>> parts;
  for (std::size_t key = 0; key < 3; ++key) {
    std::vector<std::size_t>& part = parts.emplace_back();
    for (const double share : sample_shares(SampleMethod::latin_hypercube, kPoints, 1, key))
      part.push_back(static_cast<std::size_t>(std::floor(share * kPoints)));
    CHECK(std::set<std::size_t>(part.begin(), part.end()).size() == kPoints);
    CHECK(*std::max_element(part.begin(), part.end()) == kPoints - 1);
  }
  CHECK(parts[0] != parts[1]);
  CHECK(parts[1] != parts[2]);
}

TEST_CASE("a sample is the same for the same seed, and a further key leaves the others alone") {
  const std::string one = "{points: 8, seed: 3, keys: {a: {from: 1, to: 100, scale: log}}}";
  const std::string two = "{points: 8, seed: 3, keys: {a: {from: 1, to: 100, scale: log}, b: [x, y]}}";
  const Axis first = sample(one);
  const Axis second = sample(two);
  CHECK(first.rows == sample(one).rows);
  CHECK(second.keys == Strings{"a", "b"});
  std::size_t with_x = 0;
  for (std::size_t row = 0; row < 8; ++row) {
    CHECK(first.rows[row][0] == second.rows[row][0]);
    if (second.rows[row][1] == "x") ++with_x;
  }
  CHECK(with_x == 4);  // of a Latin hypercube, half of the parts each
  CHECK(sample("{method: random, points: 8, seed: 4, keys: {a: {from: 0, to: 1}}}").rows.size() == 8);
}

TEST_CASE("conditions compare numbers with their units and words as words") {
  CHECK(holds("a <= 200", {{"a", "200"}}));
  CHECK(!holds("a < 200", {{"a", "200"}}));
  CHECK(holds("a < 1Mbps", {{"a", "500kbps"}}));
  CHECK(holds("a == 1000kbps", {{"a", "1Mbps"}}));
  CHECK(holds("a < b", {{"a", "9"}, {"b", "10"}}));
  CHECK(holds("a == exit 0", {{"a", "exit 0"}}));
  CHECK(holds("a != never", {{"a", "always"}}));
  CHECK(holds("a > 5 or b == x", {{"a", "1"}, {"b", "x"}}));
  CHECK(!holds("a > 5 or b == x", {{"a", "1"}, {"b", "y"}}));
}

TEST_CASE("a condition that cannot be read is refused with what is allowed") {
  CHECK_THROWS_WITH(
      holds("devices.0.cuont <= 3", {{"devices.0.count", "1"}}),
      ContainsSubstring("is varied by no axis") && ContainsSubstring("did you mean \"devices.0.count\"?"));
  CHECK_THROWS_WITH(holds("a<=3", {{"a", "1"}}), ContainsSubstring("with spaces between"));
}
