#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/figures.hpp"
#include "sim/cli/program.hpp"
#include "sim/cli/study.hpp"
#include "sim/cli/summary_table.hpp"
#include "sim/core/error.hpp"
#include "sim/sweep/result_store.hpp"
#include "sim/sweep/stored_sweep.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UserError(Place{file.string()}, "cannot be read; make the run again with: offramp run");
  return {std::istreambuf_iterator<char>(in), {}};
}

Json json_of(const fs::path& file) {
  Json document = Json::parse(text_of(file), nullptr, false);
  if (!document.is_object())
    throw UserError(Place{file.string()}, "is damaged; make the run again with: offramp run");
  return document;
}

/// What the run was made from, in words.
Json origin_of(const Json& manifest) {
  Json origin;
  const auto copy = [&](const char* key, const char* prefix) {
    if (!manifest.contains(key)) return;
    const Json& entries = manifest[key];
    for (const auto& [name, value] : entries.items()) origin[prefix + name] = value;
  };
  origin["Offramp"] = manifest.value("offramp", "?");
  copy("versions", "");
  copy("weights_sha256", "Weights of ");
  copy("profile_digests", "Profile of ");
  copy("test_images", "Test images of ");
  return origin;
}

/// The study of a run with the table that `offramp run` prints, and where it came from.
Json page_of_run(const fs::path& directory) {
  std::vector<fs::path> kept;
  Json study = study_of_runs({directory}, {}, kept);
  std::vector<Json> summaries;
  for (const Json& point : study["points"])
    summaries.push_back(json_of(fs::path(point["directory"].get<std::string>()) / "summary.json"));
  Json rows = Json::array();
  Json columns = Json::array();
  try {
    for (const Json& summary : summaries) columns.push_back(summary.at("label"));
    for (const SummaryRow& row : summary_rows(summaries)) {
      Json cells = Json::array({row.title});
      for (const std::string& cell : row.cells) cells.push_back(cell);
      rows.push_back(std::move(cells));
    }
    study["notes"] = overload_notes(summaries);
  } catch (const Json::exception&) {
    throw UserError(Place{(directory / "summary.json").string()},
                    "is of another version of Offramp; make the run again");
  }
  study["table"] = {{"columns", std::move(columns)}, {"rows", std::move(rows)}};
  const Json manifest = json_of(directory / "manifest.json");
  study["test_images"] = manifest.value("test_images", Json::object());
  study["origin"] = origin_of(manifest);
  study["scenario"] = text_of(directory / "scenario.yaml");
  return study;
}

Json page_of_sweep(const fs::path& path) {
  Json study = study_of_sweep(path, {});
  const auto scenarios = stored_scenarios(path);
  if (!scenarios.empty()) study["scenario"] = scenarios.begin()->second;
  study["origin"] = {{"Offramp", fmt::format("{}", fmt::join(stored_builds(path), ", "))}};
  study["store"] = (fs::is_directory(path) ? path / ResultStore::kFileName : path).string();
  return study;
}

void report(const fs::path& path, const std::string& out) {
  const bool sweep = holds_sweep(path);
  const fs::path directory = fs::is_directory(path) ? path : path.parent_path();
  const fs::path page = out.empty() ? directory / "report.html" : fs::path(out);
  const int code =
      write_report(sweep ? page_of_sweep(path) : page_of_run(path), page, sweep ? fs::path() : path);
  if (code != 0) throw UserError("the report was not written; the cause is above");
  fmt::print("{}\n", page.string());
}

}  // namespace

void add_report_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("report", "Write one HTML page about a run or a sweep");
  auto directory = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  command->add_option("directory", *directory, "Directory of a run or of a sweep")
      ->required()
      ->type_name("DIR");
  command->add_option("--out", *out, "The page (default: DIR/report.html)")->type_name("FILE");
  command->footer("Example:  offramp report runs/quickstart && xdg-open runs/quickstart/report.html");
  command->callback([directory, out] { report(*directory, *out); });
}

}  // namespace offramp
