#include "sim/scenario/yaml_node.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/scenario/yaml_text.hpp"
#include "tests/catch.hpp"
#include "tests/scenario/workshop.hpp"

namespace offramp {
namespace {

using Texts = std::vector<std::string>;

Texts problems_of(const std::string& text) {
  std::vector<Problem> problems;
  parse_yaml(text, "f.yaml", problems);
  Texts texts;
  for (const Problem& problem : problems) texts.push_back(problem.text());
  return texts;
}

}  // namespace

TEST_CASE("values keep their text and their place counted from one") {
  std::vector<Problem> problems;
  const auto root = parse_yaml("a: 1\nb:\n  - 010\n  - 'x'\n", "f.yaml", problems);
  REQUIRE(root);
  CHECK(problems.empty());
  const YamlNode* list = root->find("b");
  REQUIRE(list != nullptr);
  CHECK(list->children[0].text == "010");
  CHECK(list->children[0].place.text() == "f.yaml:3:5");
  CHECK(!list->children[0].quoted);
  CHECK(list->children[1].quoted);
  CHECK(root->find("c") == nullptr);
}

TEST_CASE("a doubled key is refused and says where it stands first") {
  CHECK(problems_of("a: 1\nb: 2\na: 3\n") ==
        Texts{"f.yaml:3:1: doubled key \"a\", which stands in line 1 already; keep one"});
}

TEST_CASE("a syntax error names its place") {
  const Texts texts = problems_of("a: [1, 2\nb: 3\n");
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].starts_with("f.yaml:2:"));
  CHECK(texts[0].find("not valid YAML: ") != std::string::npos);
}

TEST_CASE("an unknown alias is a syntax error with a place") {
  const Texts texts = problems_of("a: *nowhere\n");
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].starts_with("f.yaml:1:"));
}

TEST_CASE("tags and merge keys and keys that are no words are refused") {
  CHECK(problems_of("a: !!int 3\n") ==
        Texts{"f.yaml:1:4: the tag \"tag:yaml.org,2002:int\" means nothing here; remove it"});
  CHECK(problems_of("a: &x {b: 1}\nc:\n  <<: *x\n") ==
        Texts{"f.yaml:3:3: merge keys (<<) are not supported; write the keys out"});
  CHECK(problems_of("[a]: b\n") == Texts{"f.yaml:1:1: a key must be a plain word"});
}

TEST_CASE("a text that yaml-cpp reads as documents for ever is refused") {
  CHECK(problems_of(",") == Texts{"f.yaml:1:1: not valid YAML: nothing can begin like this"});
  CHECK(problems_of("]") == Texts{"f.yaml:1:1: not valid YAML: illegal flow end"});
}

TEST_CASE("an empty text and a second document are refused") {
  CHECK(problems_of("") == Texts{"f.yaml: is empty"});
  CHECK(problems_of("# only a comment\n") == Texts{"f.yaml: is empty"});
  CHECK(problems_of("a: 1\n---\nb: 2\n") ==
        Texts{"f.yaml:2:1: a second document begins here; keep one a file"});
}

TEST_CASE("an alias is expanded and stays at its anchor's place") {
  std::vector<Problem> problems;
  const auto root = parse_yaml("a: &x {b: 1}\nc: *x\n", "f.yaml", problems);
  REQUIRE(root);
  CHECK(root->find("c")->find("b")->text == "1");
}

TEST_CASE("an alias bomb is refused without being expanded") {
  // Nine levels of nine: 9^9 values if they were written out.
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 9; ++level) {
    const std::string below = fmt::format("*a{}", level - 1);
    text += fmt::format("a{0}: &a{0} [{1}]\n", level, fmt::join(std::vector<std::string>(9, below), ", "));
  }
  const Texts texts = problems_of(text);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].find("more than 100000 values once aliases (*name) are expanded") != std::string::npos);
}

TEST_CASE("an alias that holds itself is refused") {
  for (const std::string text : {"a: &a [*a]\n", "a: &a {b: *a}\n", "&r {a: *r}\n"}) {
    const Texts texts = problems_of(text);
    REQUIRE(texts.size() == 1);
    CHECK(texts[0].find("nested deeper than 32 levels") != std::string::npos);
  }
}

TEST_CASE("deep nesting is refused however deep it is") {
  for (const std::size_t depth : {40U, 5'000U, 500'000U}) {
    const Texts texts = problems_of("a: " + std::string(depth, '['));
    REQUIRE(texts.size() == 1);
    const bool deep = texts[0].find("nested deeper than 32 levels") != std::string::npos;
    CHECK((deep || texts[0].find("not valid YAML") != std::string::npos));
  }
  const Texts closed = problems_of("a: " + std::string(40, '[') + std::string(40, ']'));
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].find("nested deeper than 32 levels") != std::string::npos);
}

TEST_CASE("a file that is missing or a directory or not a map is refused by name") {
  const Workshop workshop;
  const auto read = [&](const std::string& name) {
    return workshop.problems_of([&] { read_scenario(workshop.path() / name); });
  };
  CHECK(read("absent.yaml") == Texts{"absent.yaml: there is no such file"});
  CHECK(read("scenarios") == Texts{"scenarios: is a directory; name a YAML file"});
  workshop.write("list.yaml", "- a\n- b\n");
  CHECK(read("list.yaml") == Texts{"list.yaml:1:1: found a list; a map is needed (key: value)"});
  workshop.write("large.yaml", std::string((1 << 20) + 1, '#'));
  CHECK(read("large.yaml") == Texts{"large.yaml: is larger than 1 MiB"});
}

TEST_CASE("emitted text reads back to the same node") {
  for (const std::string text :
       {"{rule: always, list: [0.3, 0.20]}", "\"null\"", "\"a: b\"", "exit 1", "2/s"}) {
    std::vector<Problem> problems;
    const auto node = parse_yaml(text, "f.yaml", problems);
    REQUIRE(node);
    CHECK(flow_text(*node) == text);
  }
}

}  // namespace offramp
