#include "models/training/training_log.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "sim/core/atomic_output.hpp"
#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr std::size_t kFixedColumns = 4;  // epoch, learning_rate, train_loss, seconds; then the exits
constexpr std::string_view kAccuracyColumn = "validation_accuracy_exit_";

}  // namespace

void write_training_log(const std::filesystem::path& path, const std::vector<EpochReport>& history) {
  std::string text = "epoch,learning_rate,train_loss,seconds";
  if (!history.empty()) {
    for (std::size_t i = 0; i < history.front().validation_accuracy.size(); ++i)
      text += fmt::format(",{}{}", kAccuracyColumn, i);
    for (std::size_t i = 0; i < history.front().validation_count_error.size(); ++i)
      text += fmt::format(",validation_count_error_exit_{}", i);
  }
  text += "\n";
  for (const EpochReport& row : history) {
    text += fmt::format("{},{},{},{}", row.epoch, row.learning_rate, row.train_loss, row.seconds);
    for (const double accuracy : row.validation_accuracy) text += fmt::format(",{}", accuracy);
    for (const double error : row.validation_count_error) text += fmt::format(",{}", error);
    text += "\n";
  }
  write_file_atomically(path, text);
}

std::vector<EpochReport> read_training_log(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::ptrdiff_t exits = 0;
  for (std::size_t at = line.find(kAccuracyColumn); at != std::string::npos;
       at = line.find(kAccuracyColumn, at + 1))
    ++exits;
  std::vector<EpochReport> history;
  while (std::getline(file, line)) {
    std::vector<double> cells;
    std::istringstream items(line);
    for (std::string item; std::getline(items, item, ',');) {
      double value = 0;
      const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), value);
      if (error == std::errc{} && end == item.data() + item.size()) cells.push_back(value);
    }
    if (exits == 0 || std::ssize(cells) < std::ptrdiff_t{kFixedColumns} + exits)
      throw UserError(Place{path.string(), static_cast<int>(history.size()) + 2},
                      "is no row of a training log; delete the folder to train from the start");
    history.push_back({static_cast<int>(cells[0]),
                       cells[1],
                       cells[2],
                       {cells.begin() + kFixedColumns, cells.begin() + kFixedColumns + exits},
                       cells[3],
                       {cells.begin() + kFixedColumns + exits, cells.end()}});
  }
  return history;
}

}  // namespace offramp
