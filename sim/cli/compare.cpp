#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/stats/difference.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/run_profiles.hpp"
#include "sim/core/error.hpp"
#include "sim/core/nearest_name.hpp"
#include "sim/core/progress.hpp"
#include "sim/platform/platform_file.hpp"
#include "sim/record/replications_csv.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/simulation/image_sampling.hpp"
#include "sim/sweep/precision.hpp"
#include "sim/sweep/run_variants.hpp"
#include "sim/sweep/settle_warm_up.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

struct CompareOptions {
  std::vector<std::string> sides;
  std::vector<std::string> metrics{"latency_s.mean", "latency_s.p95", "accuracy.top1",
                                   "uplink.payload_bytes_per_request", "energy_j.per_request"};
  bool as_json = false;
};

/// One of the two that are compared.
struct Side {
  std::string name;
  std::uint64_t seed = 0;
  ReplicationTable table;
  Scenario scenario;
  std::map<std::string, std::string> profile_digests;  ///< of a run directory, by model
};

Side from_run(const fs::path& directory) {
  std::ifstream in(directory / "manifest.json");
  const Json manifest = Json::parse(in, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("seed"))
    throw UserError(Place{directory.string()}, "is no run directory: it has no manifest.json with a seed");
  const bool measured = fs::exists(directory / "testbed.json");
  Side side{directory.string() + (measured ? " (measured)" : ""),
            manifest["seed"].get<std::uint64_t>(),
            read_replications_csv(directory),
            {},
            {}};
  side.scenario = read_scenario(directory / "scenario.yaml");
  side.profile_digests = manifest.value("profile_digests", std::map<std::string, std::string>());
  return side;
}

/// Simulates a scenario here and now; nothing is written.
Side from_scenario(const fs::path& file) {
  Scenario scenario = read_scenario(file, {{"compare", "null"}, {"output.requests", "false"}});
  check_platform_file(scenario.network);
  const auto profiles = profiles_for({&scenario});
  std::vector<Variant> variants;
  check_precision_goal(scenario);
  variants.push_back({scenario.name, scenario, plan_routes(scenario, profiles), {}});
  if (scenario.warmup_auto) variants[0].scenario.warmup_s = settled_warm_up_s(scenario, variants[0].routes);
  constexpr std::uint64_t kSteps = 1000;  // of a replication
  Progress progress(fmt::format("Simulating {}", scenario.name), kSteps * scenario.replications);
  const auto show = [&](double done) { progress.update(static_cast<std::uint64_t>(kSteps * done)); };
  const auto results =
      run_variants(variants, progress.visible() ? std::function<void(double)>(show) : nullptr);
  return {scenario.name, scenario.seed, replication_table(results[0]), std::move(scenario), {}};
}

Side side_of(const std::string& text) {
  const fs::path path = text;
  return fs::is_directory(path) ? from_run(path) : from_scenario(path);
}

/// The share of its group's frames that each route took; empty when every group took its own.
/// @return nothing when the figures do not say it
std::optional<std::vector<double>> route_shares(const Side& side) {
  std::vector<double> shares;
  std::size_t adapting = 0;
  for (const RouteOwner& owner : route_owners(side.scenario)) {
    const DeviceGroup& group = side.scenario.devices[owner.group];
    if (owner.setting == nullptr && group.adapts()) ++adapting;
    const bool own = shares.size() < side.scenario.devices.size();
    if (!group.adapts()) {
      shares.push_back(own ? 1 : 0);
      continue;
    }
    const std::size_t setting =
        owner.setting == nullptr ? 0
                                 : static_cast<std::size_t>(owner.setting - group.adapt->settings.data()) + 1;
    const auto at = std::ranges::find(side.table.metrics, fmt::format("settings.{}.share", setting));
    if (at == side.table.metrics.end()) return std::nullopt;
    const auto share =
        estimate_mean(side.table.values[static_cast<std::size_t>(at - side.table.metrics.begin())]);
    if (!share) return std::nullopt;
    shares.push_back(share->value);
  }
  if (adapting > 1) return std::nullopt;  // the figures are of all groups together
  return shares;
}

/// What other images would change of the differences, or why it is not known.
struct ImageErrors {
  std::vector<ImageSamplingError> errors;
  std::string unknown;

  double of(const std::string& metric) const {
    const auto at = std::ranges::find(errors, metric, &ImageSamplingError::metric);
    return at == errors.end() ? 0 : at->standard_error;
  }
};

/// Both sides are planned again, from one copy of each profile: they then show the same images where they
/// showed the same profile.
ImageErrors image_errors(const Side& a, const Side& b) {
  try {
    const auto profiles = profiles_for({&a.scenario, &b.scenario}, MissingProfile::refuse);
    for (const Side* side : {&a, &b})
      for (const RouteOwner& owner : route_owners(side->scenario)) {
        const auto then = side->profile_digests.find(owner.model->name);
        if (then != side->profile_digests.end() &&
            then->second != profiles.at(owner.model->directory.string()).digest())
          return {{},
                  fmt::format("the profile of {} is no longer the one that {} was made from",
                              owner.model->name, side->name)};
      }
    const auto shares_a = route_shares(a);
    const auto shares_b = route_shares(b);
    if (!shares_a || !shares_b) return {{}, "which group took which setting how often is not kept"};
    const std::vector<RoutePlan> routes_a = plan_routes(a.scenario, profiles);
    const std::vector<RoutePlan> routes_b = plan_routes(b.scenario, profiles);
    return {image_sampling_errors_of_difference({a.scenario, routes_a, *shares_a},
                                                {b.scenario, routes_b, *shares_b}),
            ""};
  } catch (const UserError& error) {
    return {{}, error.what()};
  }
}

/// Whether a figure is about what was answered, so that other images would change it.
bool is_about_images(const std::string& metric) {
  return metric.starts_with("accuracy.") || metric.ends_with("_accuracy") ||
         (metric.starts_with("exits.") && (metric.ends_with(".share") || metric.ends_with(".accuracy")));
}

/// 0.01234567 -> "0.01235"; never a power of ten in plain sizes.
std::string plain(double value) { return fmt::format("{:.4g}", value); }

/// "0.0041 (10.3 %) lower", with the interval turned the same way.
std::string sentence(const std::string& metric, const Side& a, const Side& b, const Estimate& difference,
                     double value_a, bool paired) {
  const std::string how = paired ? "under common random numbers" : "independent runs";
  const std::string share =
      value_a == 0 ? "" : fmt::format(" ({:.1f} %)", 100 * std::abs(difference.value / value_a));
  if (!difference.ci95)
    return fmt::format("{}: {} is {}{} {} than {}; one replication has no interval.", metric, b.name,
                       plain(std::abs(difference.value)), share, difference.value < 0 ? "lower" : "higher",
                       a.name);
  const auto [low, high] = *difference.ci95;
  if (low == 0 && high == 0 && difference.value == 0)
    return fmt::format("{}: {} and {} are equal in every replication.", metric, a.name, b.name);
  if (low <= 0 && high >= 0)
    return fmt::format("{}: no difference can be seen; {} minus {} is between {} and {} ({}).", metric,
                       b.name, a.name, plain(low), plain(high), how);
  const bool lower = difference.value < 0;
  const double near = lower ? -high : low;
  const double far = lower ? -low : high;
  return fmt::format("{}: {} is {}{} {} than {}; 95 % sure of {} to {} ({}).", metric, b.name,
                     plain(std::abs(difference.value)), share, lower ? "lower" : "higher", a.name,
                     plain(near), plain(far), how);
}

const std::vector<double>& column(const Side& side, const std::string& metric) {
  const auto at = std::find(side.table.metrics.begin(), side.table.metrics.end(), metric);
  if (at == side.table.metrics.end())
    throw UserError(Place{"--metric " + metric},
                    "is no figure of " + side.name + suggestion(metric, side.table.metrics));
  return side.table.values[static_cast<std::size_t>(at - side.table.metrics.begin())];
}

void compare(const CompareOptions& options) {
  Side a = side_of(options.sides[0]);
  Side b = side_of(options.sides[1]);
  if (a.name == b.name) {
    a.name = options.sides[0];
    b.name = options.sides[1];
  }
  const bool paired = a.seed == b.seed && a.table.replications() == b.table.replications();
  Json document = {{"a", a.name}, {"b", b.name}, {"paired", paired}};
  if (!paired && !options.as_json)
    fmt::print("Seeds or numbers of replications differ, so the two are compared as independent runs.\n");
  const bool about_images = std::ranges::any_of(options.metrics, is_about_images);
  const ImageErrors images = about_images ? image_errors(a, b) : ImageErrors{};
  std::vector<std::string> without;  // figures whose interval does not know of the images
  for (const std::string& metric : options.metrics) {
    const std::vector<double>& of_a = column(a, metric);
    const std::vector<double>& of_b = column(b, metric);
    std::optional<Estimate> difference =
        paired ? paired_difference(of_a, of_b) : welch_difference(of_a, of_b);
    const bool has_error =
        images.unknown.empty() &&
        std::ranges::find(images.errors, metric, &ImageSamplingError::metric) != images.errors.end();
    if (difference && has_error) widen95(*difference, images.of(metric));
    if (is_about_images(metric) && !has_error) without.push_back(metric);
    if (options.as_json) {
      Json ci = nullptr;
      if (difference && difference->ci95) ci = {difference->ci95->first, difference->ci95->second};
      document["differences"][metric] =
          difference ? Json{{"value", difference->value},
                            {"ci95", ci},
                            {"image_standard_error", has_error ? Json(images.of(metric)) : Json(nullptr)}}
                     : Json(nullptr);
    } else if (!difference) {
      fmt::print("{}: undefined in one of the two.\n", metric);
    } else {
      const std::optional<Estimate> value_a = estimate_mean(of_a);
      fmt::print("{}\n", sentence(metric, a, b, *difference, value_a ? value_a->value : 0, paired));
    }
  }
  if (options.as_json) {
    fmt::print("{}\n", document.dump(2));
    return;
  }
  if (without.empty()) return;
  fmt::print("The interval{} of {} {} of these images; on others the difference may be another{}.\n",
             without.size() == 1 ? "" : "s", fmt::join(without, ", "), without.size() == 1 ? "is" : "are",
             images.unknown.empty() ? "" : fmt::format(" ({})", images.unknown));
}

}  // namespace

void add_compare_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("compare", "Say how two runs or scenarios differ, and how sure that is");
  auto options = std::make_shared<CompareOptions>();
  command
      ->add_option("sides", options->sides, "Two run directories, or scenario files that are then simulated")
      ->expected(2)
      ->required();
  command->add_option("--metric", options->metrics, "Figures to compare, by their name in summary.json")
      ->type_name("KEY,...")
      ->delimiter(',');
  command->add_flag("--json", options->as_json, "Print differences as JSON instead of sentences");
  command->footer("Example:  offramp compare runs/quickstart runs/quickstart/compare/cloud_only");
  command->callback([options] { compare(*options); });
}

}  // namespace offramp
