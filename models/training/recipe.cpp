#include "models/training/recipe.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"

namespace offramp {
namespace {

/// Keys by which only networks learn that name a class for a picture, and only those that answer by cells.
const std::set<std::string> kOfClasses = {"label_smoothing", "distillation",  "distillation_temperature",
                                          "teachers",        "taught",        "blended",
                                          "cutout",          "router_weight", "behind"};
const std::set<std::string> kOfCells = {"zoom", "light", "masked"};

/// What a value must be, as a sentence that continues "write ". Thrown by the readers below.
struct BadValue {
  std::string allowed;
};

template <class T>
T number(const std::string& text, T lowest, T highest) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= lowest && value <= highest))
    throw BadValue{
        fmt::format("a {}number from {} to {}", std::is_integral_v<T> ? "whole " : "", lowest, highest)};
  return value;
}

bool yes_or_no(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  throw BadValue{"true or false"};
}

std::vector<double> weights(const std::string& text, std::size_t count) {
  std::vector<double> values;
  std::istringstream items(text);
  for (std::string item; std::getline(items >> std::ws, item, ',');)
    values.push_back(number<double>(item, 0, 1000));
  if (values.size() != count) throw BadValue{fmt::format("{} weights, one for each exit", count)};
  return values;
}

std::vector<std::string> texts(const std::string& text) {
  std::vector<std::string> values;
  std::istringstream items(text);
  for (std::string item; std::getline(items >> std::ws, item, ',');) values.push_back(item);
  return values;
}

}  // namespace

std::string TrainingRecipe::text() const {
  std::string text = fmt::format(
      "epochs {}, batch {}, learning_rate {}, weight_decay {}, exit_weights [{}], flip {}, shift {}, bf16 "
      "{}, seed {}",
      epochs, batch, learning_rate, weight_decay, fmt::join(exit_weights, ", "), flip, shift, bf16, seed);
  if (cutout > 0) text += fmt::format(", cutout {}", cutout);
  if (optimizer != "adamw") text += fmt::format(", optimizer {}, momentum {}", optimizer, momentum);
  if (warmup > 0) text += fmt::format(", warmup {}", warmup);
  if (restart_epochs > 0) text += fmt::format(", restart_epochs {}", restart_epochs);
  if (label_smoothing > 0) text += fmt::format(", label_smoothing {}", label_smoothing);
  if (distillation > 0)
    text +=
        fmt::format(", distillation {}, distillation_temperature {}", distillation, distillation_temperature);
  if (!teachers.empty()) {
    text += fmt::format(", teachers [{}], taught {}", fmt::join(teachers, ", "), taught);
    if (distillation == 0) text += fmt::format(", distillation_temperature {}", distillation_temperature);
    if (blended > 0) text += fmt::format(", blended {}", blended);
  }
  if (router_weight != 1) text += fmt::format(", router_weight {}", router_weight);
  if (zoom > 0) text += fmt::format(", zoom {}", zoom);
  if (light > 0) text += fmt::format(", light {}", light);
  if (masked > 0) text += fmt::format(", masked {}", masked);
  if (weight_bits != 16) text += fmt::format(", weight_bits {}", weight_bits);
  if (!behind.empty()) text += fmt::format(", behind {}", behind);
  if (!init_from.empty()) text += fmt::format(", init_from [{}]", fmt::join(init_from, ", "));
  return text;
}

TrainingRecipe read_recipe(const ModelDescription& model) {
  TrainingRecipe recipe;
  recipe.exit_weights.assign(model.num_exits, 1.0);
  const std::map<std::string, std::function<void(const std::string&)>> readers = {
      {"epochs", [&](const std::string& t) { recipe.epochs = number(t, 1, 100000); }},
      {"batch", [&](const std::string& t) { recipe.batch = number(t, 1, 65536); }},
      {"optimizer",
       [&](const std::string& t) {
         if (t != "adamw" && t != "sgd") throw BadValue{"adamw or sgd"};
         recipe.optimizer = t;
       }},
      {"momentum", [&](const std::string& t) { recipe.momentum = number(t, 0.0, 0.9999); }},
      {"learning_rate", [&](const std::string& t) { recipe.learning_rate = number(t, 1e-9, 10.0); }},
      {"warmup", [&](const std::string& t) { recipe.warmup = number(t, 0.0, 0.9); }},
      {"restart_epochs", [&](const std::string& t) { recipe.restart_epochs = number(t, 0, 100000); }},
      {"label_smoothing", [&](const std::string& t) { recipe.label_smoothing = number(t, 0.0, 0.9); }},
      {"distillation", [&](const std::string& t) { recipe.distillation = number(t, 0.0, 1000.0); }},
      {"distillation_temperature",
       [&](const std::string& t) { recipe.distillation_temperature = number(t, 0.1, 100.0); }},
      {"teachers", [&](const std::string& t) { recipe.teachers = texts(t); }},
      {"taught", [&](const std::string& t) { recipe.taught = number(t, 0.0, 1.0); }},
      {"blended", [&](const std::string& t) { recipe.blended = number(t, 0.0, 1.0); }},
      {"router_weight", [&](const std::string& t) { recipe.router_weight = number(t, 0.0, 1000.0); }},
      {"init_from", [&](const std::string& t) { recipe.init_from = texts(t); }},
      {"behind", [&](const std::string& t) { recipe.behind = t; }},
      {"weight_decay", [&](const std::string& t) { recipe.weight_decay = number(t, 0.0, 10.0); }},
      {"exit_weights", [&](const std::string& t) { recipe.exit_weights = weights(t, model.num_exits); }},
      {"flip", [&](const std::string& t) { recipe.flip = yes_or_no(t); }},
      {"shift", [&](const std::string& t) { recipe.shift = number(t, 0, 64); }},
      {"cutout", [&](const std::string& t) { recipe.cutout = number(t, 0, 1024); }},
      {"zoom", [&](const std::string& t) { recipe.zoom = number(t, 0.0, 0.5); }},
      {"light", [&](const std::string& t) { recipe.light = number(t, 0.0, 0.9); }},
      {"masked", [&](const std::string& t) { recipe.masked = number(t, 0.0, 1.0); }},
      {"weight_bits",
       [&](const std::string& t) {
         if (t != "8" && t != "16") throw BadValue{"8 or 16"};
         recipe.weight_bits = t == "8" ? 8 : 16;
       }},
      {"bf16", [&](const std::string& t) { recipe.bf16 = yes_or_no(t); }},
      {"seed", [&](const std::string& t) { recipe.seed = number<std::uint64_t>(t, 0, UINT64_MAX); }},
  };
  std::vector<std::string> names;
  for (const auto& [name, read] : readers) names.push_back(name);

  const Place place{(model.directory / "model.yaml").string()};
  std::vector<Problem> problems;
  for (const auto& [key, text] : model.training) {
    const auto reader = readers.find(key);
    if (reader == readers.end()) {
      problems.push_back({place, fmt::format("training: unknown key \"{}\"{}", key, suggestion(key, names))});
      continue;
    }
    if ((model.cells ? kOfClasses : kOfCells).contains(key)) {
      problems.push_back(
          {place, fmt::format("training.{}: {} does not learn by it, it answers {}; leave it out", key,
                              model.network, model.cells ? "by cells" : "with a class for the picture")});
      continue;
    }
    try {
      reader->second(text);
    } catch (const BadValue& bad) {
      problems.push_back({place, fmt::format("training.{}: found \"{}\"; write {}", key, text, bad.allowed)});
    }
  }
  if (recipe.restart_epochs >= recipe.epochs)
    problems.push_back(
        {place, fmt::format("training.restart_epochs: found \"{}\"; write fewer than epochs, {}",
                            recipe.restart_epochs, recipe.epochs)});
  if (!recipe.behind.empty() && recipe.init_from.empty())
    problems.push_back(
        {place,
         "training.behind: what lies before the cut is not trained, so name the entry that it comes "
         "from: init_from: [ENTRY]"});
  if (recipe.blended > 0 && recipe.teachers.empty())
    problems.push_back({place,
                        "training.blended: a blend of two images has no label, so name those who answer for "
                        "it: teachers: [ENTRY, ...]"});
  if (!problems.empty()) throw UserError(std::move(problems));
  return recipe;
}

}  // namespace offramp
