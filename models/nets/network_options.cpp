#include "models/nets/network_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "sim/core/nearest_name.hpp"

namespace offramp {

void NetworkOptions::complain(const std::string& key, const std::string& message) {
  problems_.push_back(
      {Place{(model_.directory / "model.yaml").string()}, fmt::format("options.{}: {}", key, message)});
}

std::int64_t NetworkOptions::number(const std::string& key, std::int64_t otherwise, std::int64_t lowest,
                                    std::int64_t highest) {
  asked_.insert(key);
  const auto found = model_.options.find(key);
  if (found == model_.options.end()) return otherwise;
  const std::string& text = found->second;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= lowest && value <= highest)
    return value;
  complain(key, fmt::format("found \"{}\"; write a whole number from {} to {}", text, lowest, highest));
  return otherwise;
}

std::string NetworkOptions::word(const std::string& key, const std::vector<std::string>& allowed) {
  asked_.insert(key);
  const auto found = model_.options.find(key);
  if (found == model_.options.end()) return allowed.front();
  if (std::find(allowed.begin(), allowed.end(), found->second) != allowed.end()) return found->second;
  complain(key, fmt::format("found \"{}\"; allowed: {}{}", found->second, fmt::join(allowed, ", "),
                            suggestion(found->second, allowed)));
  return allowed.front();
}

std::vector<std::string> NetworkOptions::names(const std::string& key,
                                               const std::vector<std::string>& otherwise) {
  asked_.insert(key);
  const auto found = model_.options.find(key);
  if (found == model_.options.end()) return otherwise;
  std::vector<std::string> values;
  std::istringstream items(found->second);
  for (std::string item; std::getline(items >> std::ws, item, ',');) values.push_back(item);
  return values;
}

std::vector<std::string> NetworkOptions::exits_after(const std::vector<std::string>& published) {
  const std::size_t wanted = model_.num_exits - 1;
  std::vector<std::string> usual = published;
  if (wanted < usual.size()) usual.erase(usual.begin(), usual.end() - static_cast<std::ptrdiff_t>(wanted));
  std::vector<std::string> blocks = names("exits_after", usual);
  if (blocks.size() == wanted) return blocks;
  complain("exits_after",
           fmt::format("{} blocks ({}), but exits are {}, the final one included; name {} blocks",
                       blocks.size(), fmt::join(blocks, ", "), model_.num_exits, wanted));
  return usual.size() == wanted ? usual : std::vector<std::string>{};
}

CellGrid NetworkOptions::cells() {
  asked_for_cells_ = true;
  if (model_.cells) return *model_.cells;
  problems_.push_back(
      {Place{(model_.directory / "model.yaml").string()},
       fmt::format("cells: is missing, and {} answers for the cells of a grid; write rows and "
                   "columns, as cells: [7, 7]",
                   model_.network)});
  return {1, 1};
}

void NetworkOptions::finish() const {
  std::vector<Problem> problems = problems_;
  if (model_.cells && !asked_for_cells_)
    problems.push_back(
        {Place{(model_.directory / "model.yaml").string()},
         fmt::format("cells: {} names a class for the picture, not for cells", model_.network)});
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [key, value] : model_.options)
    if (!asked_.contains(key))
      problems.push_back(
          {Place{(model_.directory / "model.yaml").string()},
           fmt::format("options: {} has no option \"{}\"{}", model_.network, key, suggestion(key, known))});
  if (!problems.empty()) throw UserError(std::move(problems));
}

}  // namespace offramp
