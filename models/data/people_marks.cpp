#include "models/data/people_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/error.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

constexpr double kSlack = 0.01;  // of a frame's width or height

template <class T>
std::optional<T> number_in(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "seq_000012.jpg" -> 12.
std::optional<long> number_at_end(const std::string& name) {
  const std::string stem = fs::path(name).stem().string();
  std::size_t first = stem.size();
  while (first > 0 && stem[first - 1] >= '0' && stem[first - 1] <= '9') --first;
  return number_in<long>(std::string_view(stem).substr(first));
}

Place line_of(const fs::path& file, int line) { return Place{file.string(), line}; }

/// @throws UserError for what lies outside
PersonMark mark_at(double right, double down, const Place& place, const std::string& frame) {
  const auto within = [](double share) { return share >= -kSlack && share <= 1 + kSlack; };
  if (!within(right) || !within(down))
    throw UserError(place,
                    fmt::format("a person at {:.3f}, {:.3f} of the width and height of {}, outside the frame",
                                right, down, frame));
  return {std::clamp(right, 0.0, 1.0), std::clamp(down, 0.0, 1.0)};
}

using Marks = std::vector<std::vector<PersonMark>>;

Marks read_head_file(const fs::path& file, const std::vector<MarkedFrame>& frames) {
  std::map<long, std::size_t> by_number;
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (const auto number = number_at_end(frames[i].name)) by_number[*number] = i;
  Marks marks(frames.size());
  std::ifstream text(file);
  std::string row;
  for (int line = 1; std::getline(text, row); ++line) {
    if (!row.empty() && row.back() == '\r') row.pop_back();
    if (line == 1) {
      if (row != "frame,x,y")
        throw UserError(line_of(file, line), fmt::format("found \"{}\"; the first line is frame,x,y", row));
      continue;
    }
    if (row.empty()) continue;
    const std::size_t first = row.find(','), second = row.find(',', first + 1);
    std::optional<long> number;
    std::optional<double> x, y;
    if (first != std::string::npos && second != std::string::npos) {
      const std::string_view view(row);
      number = number_in<long>(view.substr(0, first));
      x = number_in<double>(view.substr(first + 1, second - first - 1));
      y = number_in<double>(view.substr(second + 1));
    }
    if (!number || !x || !y)
      throw UserError(
          line_of(file, line),
          fmt::format("found \"{}\"; write the frame's number and x and y in pixels, as 12,126.5,60.7", row));
    const auto frame = by_number.find(*number);
    if (frame == by_number.end())
      throw UserError(line_of(file, line), fmt::format("there is no frame whose name ends in {}", *number));
    const MarkedFrame& in = frames[frame->second];
    marks[frame->second].push_back(mark_at(*x / in.width, *y / in.height, line_of(file, line), in.name));
  }
  return marks;
}

Marks read_coco(const fs::path& file, const std::vector<MarkedFrame>& frames) {
  const Place place{file.string()};
  std::map<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < frames.size(); ++i) by_name[fs::path(frames[i].name).filename().string()] = i;
  Marks marks(frames.size());
  try {
    std::ifstream text(file);
    const nlohmann::json document = nlohmann::json::parse(text);
    std::optional<long> person;
    if (document.contains("categories"))
      for (const auto& category : document.at("categories"))
        if (category.at("name").get<std::string>() == "person") person = category.at("id").get<long>();
    std::map<long, std::size_t> by_id;
    for (const auto& image : document.at("images")) {
      const auto name = fs::path(image.at("file_name").get<std::string>()).filename().string();
      const auto frame = by_name.find(name);
      if (frame != by_name.end()) by_id[image.at("id").get<long>()] = frame->second;
    }
    for (const auto& box : document.at("annotations")) {
      if (person && box.contains("category_id") && box.at("category_id").get<long>() != *person) continue;
      const auto frame = by_id.find(box.at("image_id").get<long>());
      if (frame == by_id.end()) continue;  // of a picture that is not here
      const auto sides = box.at("bbox").get<std::array<double, 4>>();
      const MarkedFrame& in = frames[frame->second];
      marks[frame->second].push_back(mark_at((sides[0] + sides[2] / 2) / in.width,
                                             (sides[1] + sides[3] / 2) / in.height, place, in.name));
    }
    if (by_id.empty()) throw UserError(place, "none of its images is among the frames (file_name)");
  } catch (const nlohmann::json::exception& error) {
    throw UserError(place, fmt::format("is not COCO's format: {}", error.what()));
  }
  return marks;
}

Marks read_yolo(const fs::path& folder, const std::vector<MarkedFrame>& frames) {
  Marks marks(frames.size());
  bool any = false;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const fs::path file = folder / (fs::path(frames[i].name).stem().string() + ".txt");
    std::ifstream text(file);
    if (!text) continue;
    any = true;
    std::string row;
    for (int line = 1; std::getline(text, row); ++line) {
      std::istringstream items(row);
      std::vector<std::string> words;
      for (std::string word; items >> word;) words.push_back(word);
      if (words.empty()) continue;
      std::optional<long> kind;
      std::optional<double> x, y;
      if (words.size() >= 5) {
        kind = number_in<long>(words[0]);
        x = number_in<double>(words[1]);
        y = number_in<double>(words[2]);
      }
      if (!kind || !x || !y)
        throw UserError(
            line_of(file, line),
            fmt::format("found \"{}\"; write class, centre and size, as 0 0.51 0.43 0.02 0.06", row));
      if (*kind == 0) marks[i].push_back(mark_at(*x, *y, line_of(file, line), frames[i].name));
    }
  }
  if (!any)
    throw UserError(Place{folder.string()},
                    fmt::format("has no file for any frame, as {}.txt",
                                frames.empty() ? "frame" : fs::path(frames[0].name).stem().string()));
  return marks;
}

}  // namespace

std::optional<fs::path> find_people_marks(const fs::path& folder) {
  std::vector<fs::path> tables, documents;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("heads") && name.ends_with(".csv")) tables.push_back(entry.path());
    if (name.ends_with(".json")) documents.push_back(entry.path());
  }
  for (std::vector<fs::path>* found : {&tables, &documents}) {
    std::sort(found->begin(), found->end());
    if (!found->empty()) return found->front();
  }
  if (fs::is_directory(folder / "labels")) return folder / "labels";
  return std::nullopt;
}

std::vector<std::vector<PersonMark>> read_people_marks(const fs::path& folder,
                                                       const std::vector<MarkedFrame>& frames) {
  const auto found = find_people_marks(folder);
  if (!found)
    throw UserError(
        Place{folder.string()},
        "does not say where people are; give heads.csv (frame,x,y), a COCO file (.json), or YOLO's "
        "folder labels");
  if (fs::is_directory(*found)) return read_yolo(*found, frames);
  return found->extension() == ".csv" ? read_head_file(*found, frames) : read_coco(*found, frames);
}

}  // namespace offramp
