#include "sim/scenario/yaml_node.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr int kMaxDepth = 32;
constexpr int kMaxNodes = 100'000;
constexpr std::uintmax_t kMaxFileBytes = 1 << 20;

/// Ends a conversion that must not go on: the document is deeper or larger than any honest one.
struct Unreadable {
  Problem problem;
};

/// Copies yaml-cpp's graph, in which aliases share nodes, into a tree of limited size.
class TreeBuilder {
 public:
  TreeBuilder(const std::string& source, std::vector<Problem>& problems)
      : source_(source), problems_(problems) {}

  Place place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {source_};
    return {source_, mark.line + 1, mark.column + 1};  // yaml-cpp counts from 0
  }

  YamlNode build(const YAML::Node& from, const Place& parent, int depth) {
    YamlNode node;
    // What is not there has the mark of what comes next; its key's place helps more.
    node.place = from.IsNull() || from.Mark().is_null() ? parent : place(from.Mark());
    if (depth > kMaxDepth)
      throw Unreadable{
          {node.place,
           fmt::format("nested deeper than {} levels; does an alias (*name) hold itself?", kMaxDepth)}};
    if (++visited_ > kMaxNodes)
      throw Unreadable{
          {node.place, fmt::format("more than {} values once aliases (*name) are expanded; write the "
                                   "values out or use fewer aliases",
                                   kMaxNodes)}};
    check_tag(from, node.place);
    if (from.IsScalar()) {
      node.kind = YamlNode::Kind::scalar;
      node.text = from.Scalar();
      node.quoted = from.Tag() == "!";
    } else if (from.IsSequence()) {
      node.kind = YamlNode::Kind::sequence;
      for (const YAML::Node& item : from) node.children.push_back(build(item, node.place, depth + 1));
    } else if (from.IsMap()) {
      node.kind = YamlNode::Kind::map;
      std::map<std::string, int> lines;
      for (const auto& entry : from) add_entry(node, lines, entry.first, entry.second, depth);
    }
    return node;
  }

 private:
  void check_tag(const YAML::Node& from, const Place& where) {
    const std::string& tag = from.Tag();
    if (!tag.empty() && tag != "?" && tag != "!")
      problems_.push_back({where, fmt::format("the tag \"{}\" means nothing here; remove it", tag)});
  }

  /// @param lines  where each key so far stands
  void add_entry(YamlNode& map, std::map<std::string, int>& lines, const YAML::Node& key,
                 const YAML::Node& value, int depth) {
    const Place key_place = key.Mark().is_null() ? map.place : place(key.Mark());
    YamlNode child = build(value, key_place, depth + 1);
    if (!key.IsScalar()) {
      problems_.push_back({key_place, "a key must be a plain word"});
      return;
    }
    const std::string& name = key.Scalar();
    if (name == "<<") {
      problems_.push_back({key_place, "merge keys (<<) are not supported; write the keys out"});
      return;
    }
    const auto [first, fresh] = lines.emplace(name, key_place.line);
    if (!fresh) {
      problems_.push_back(
          {key_place, fmt::format("doubled key \"{}\", which stands in line {} already; keep one", name,
                                  first->second)});
      return;
    }
    map.keys.push_back(name);
    map.key_places.push_back(key_place);
    map.children.push_back(std::move(child));
  }

  const std::string& source_;
  std::vector<Problem>& problems_;
  int visited_ = 0;
};

/// Notes where documents begin and makes nothing of what is in them.
class DocumentMarks : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> begins;

  void OnDocumentStart(const YAML::Mark& mark) override { begins.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

/// The first two documents at most: of some texts (",") yaml-cpp reads documents for ever.
std::vector<YAML::Mark> first_documents(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentMarks marks;
  while (marks.begins.size() < 2 && parser.HandleNextDocument(marks)) {
  }
  return marks.begins;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &children[static_cast<std::size_t>(found - keys.begin())];
}

YamlNode* YamlNode::find(std::string_view key) {
  return const_cast<YamlNode*>(std::as_const(*this).find(key));
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  constexpr std::size_t kLongest = 60;
  return node.text.size() <= kLongest ? fmt::format("\"{}\"", node.text)
                                      : fmt::format("\"{}...\"", node.text.substr(0, kLongest));
}

std::optional<YamlNode> parse_yaml(const std::string& text, const std::string& source,
                                   std::vector<Problem>& problems) {
  TreeBuilder builder(source, problems);
  try {
    const std::vector<YAML::Mark> begins = first_documents(text);
    if (begins.size() > 1) {
      const bool stuck = begins[0].pos == begins[1].pos;
      problems.push_back({builder.place(begins[1]), stuck
                                                        ? "not valid YAML: nothing can begin like this"
                                                        : "a second document begins here; keep one a file"});
      return std::nullopt;
    }
    const YAML::Node document = begins.empty() ? YAML::Node() : YAML::Load(text);
    if (document.IsNull()) {
      problems.push_back({{source}, "is empty"});
      return std::nullopt;
    }
    return builder.build(document, {source}, 0);
  } catch (const Unreadable& end) {
    problems.push_back(end.problem);
  } catch (const YAML::DeepRecursion& error) {
    problems.push_back({builder.place(error.mark), fmt::format("nested deeper than {} levels", kMaxDepth)});
  } catch (const YAML::Exception& error) {
    problems.push_back({builder.place(error.mark), fmt::format("not valid YAML: {}", error.msg)});
  }
  return std::nullopt;
}

std::optional<YamlNode> load_yaml(const fs::path& file, std::vector<Problem>& problems) {
  const Place whole{file.string()};
  const auto refuse = [&](std::string message) {
    problems.push_back({whole, std::move(message)});
    return std::nullopt;
  };
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) return refuse("there is no such file");
  if (fs::is_directory(status)) return refuse("is a directory; name a YAML file");
  std::ifstream in(file, std::ios::binary);
  if (!in) return refuse("cannot be read; check its permissions");
  std::string text;
  text.reserve(4096);
  for (std::istreambuf_iterator<char> byte(in), end; byte != end; ++byte) {
    if (text.size() == kMaxFileBytes) return refuse("is larger than 1 MiB");
    text.push_back(*byte);
  }
  std::optional<YamlNode> root = parse_yaml(text, file.string(), problems);
  if (!root || root->kind == YamlNode::Kind::map) return root;
  problems.push_back({root->place, fmt::format("found {}; a map is needed (key: value)", describe(*root))});
  return std::nullopt;
}

}  // namespace offramp
