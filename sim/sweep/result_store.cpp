#include "sim/sweep/result_store.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <map>
#include <thread>

#include "sim/core/digest.hpp"
#include "sim/core/error.hpp"
#include "sim/sweep/sweep_tables.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

/// Which program this is: a store says by which build each replication was made.
const std::string& this_build() {
  constexpr std::size_t kLetters = 12;
  static const std::string build =
      fmt::format("{} {}", OFFRAMP_VERSION, sha256_hex_of_file("/proc/self/exe").substr(0, kLetters));
  return build;
}

std::string this_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// Held until the process and all that it forked are gone. A predecessor that was killed takes its children
/// with it, but not in the same instant.
int lock_directory(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw UserError(Place{directory.string()}, "cannot be opened; check its permissions");
  for (int attempt = 0; ::flock(fd, LOCK_EX | LOCK_NB) != 0; ++attempt) {
    constexpr int kAttempts = 100;
    if (attempt == kAttempts) {
      ::close(fd);
      throw UserError(Place{directory.string()},
                      "another sweep is writing here; wait for it, or name another place with --out");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fd;
}

/// Whether the attached store has got as far as having this table.
bool has_part_table(Database& database, const std::string& name) {
  Statement statement(database, "SELECT 1 FROM part.sqlite_master WHERE type = 'table' AND name = ?");
  statement.bind(0, name);
  return statement.step();
}

/// Plain numbers as numbers, so that they can be plotted; all else as it was written.
void bind_value(Statement& statement, int at, const std::string& text) {
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, whole);
      error == std::errc{} && stop == end) {
    statement.bind(at, whole);
    return;
  }
  double number = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, number);
      error == std::errc{} && stop == end && std::isfinite(number))
    statement.bind(at, number);
  else
    statement.bind(at, text);
}

std::string placeholders(std::size_t count) {
  return fmt::format("{}", fmt::join(std::vector<std::string>(count, "?"), ", "));
}

}  // namespace

ResultStore::ResultStore(const fs::path& directory, const Sweep& sweep, const std::vector<std::string>& keys)
    : sweep_(sweep) {
  const fs::path file = directory / kFileName;
  if (fs::exists(directory / "manifest.json") && !fs::exists(file))
    throw UserError(Place{directory.string()}, "holds a run, not a sweep; name another place with --out");
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw UserError(Place{directory.string()}, fmt::format("cannot be made: {}", error.message()));
  lock_ = lock_directory(directory);
  try {
    database_ = std::make_unique<Database>(file, Database::Mode::write);
    // A commit appends to a log, which survives the process; it is folded in when the store is closed.
    database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    Transaction transaction(*database_);
    const std::vector<FigureColumn> figures = figure_columns(sweep);
    for (const FigureColumn& figure : figures) columns_.push_back(figure.name);
    make_sweep_tables(*database_, sweep, figures);
    number_points(keys);
    transaction.commit();
    read_states();
  } catch (...) {
    database_.reset();
    ::close(lock_);
    throw;
  }
}

ResultStore::~ResultStore() {
  try {
    database_->execute("PRAGMA journal_mode = DELETE");
  } catch (const std::exception&) {  // no room for it: the log stays beside the file, and both are whole
  }
  database_.reset();
  ::close(lock_);
}

void ResultStore::number_points(const std::vector<std::string>& keys) {
  std::int64_t next = 0;
  if (Statement last(*database_, "SELECT max(point) FROM points"); last.step() && !last.is_null(0))
    next = last.whole(0) + 1;
  Statement find(*database_, "SELECT point FROM points WHERE key = ?");
  Statement insert(*database_, "INSERT INTO points VALUES (?, ?, ?)");
  std::map<std::string, std::int64_t> known;
  for (Statement all(*database_, "SELECT key, point FROM points"); all.step();)
    known[all.text(0)] = all.whole(1);
  for (std::size_t p = 0; p < keys.size(); ++p) {
    const auto [at, is_new] = known.emplace(keys[p], next);
    if (is_new)
      insert.bind(0, next++).bind(1, keys[p]).bind(2, sweep_.points[p].scenario.resolved_yaml).run();
    numbers_.push_back(at->second);
  }
}

ResultStore::State& ResultStore::state_of(std::size_t point, std::size_t replication) {
  std::vector<State>& of_point = states_[point];
  if (of_point.size() <= replication) of_point.resize(replication + 1, State::missing);
  return of_point[replication];
}

void ResultStore::read_states() {
  states_.assign(numbers_.size(), {});
  std::map<std::int64_t, std::size_t> index;
  for (std::size_t p = 0; p < numbers_.size(); ++p) index[numbers_[p]] = p;
  for (Statement tries(*database_, "SELECT DISTINCT point, replication FROM tries WHERE error IS NOT NULL");
       tries.step();)
    if (const auto at = index.find(tries.whole(0)); at != index.end())
      state_of(at->second, static_cast<std::size_t>(tries.whole(1))) = State::failed_once;
  for (Statement rows(*database_, "SELECT point, replication, error FROM results"); rows.step();)
    if (const auto at = index.find(rows.whole(0)); at != index.end())
      state_of(at->second, static_cast<std::size_t>(rows.whole(1))) =
          rows.is_null(2) ? State::stored : State::failed;
}

ResultStore::State ResultStore::state(std::size_t point, std::size_t replication) const {
  const std::vector<State>& of_point = states_[point];
  return replication < of_point.size() ? of_point[replication] : State::missing;
}

double ResultStore::figure(std::size_t point, std::size_t replication, const std::string& metric) {
  Statement select(*database_, fmt::format("SELECT {} FROM results WHERE point = ? AND replication = ?",
                                           quoted_name(metric)));
  select.bind(0, numbers_[point]).bind(1, static_cast<std::int64_t>(replication));
  return select.step() ? select.number(0) : std::nan("");
}

std::size_t ResultStore::stored_by_other_builds() {
  Statement count(*database_, "SELECT count(*) FROM tries WHERE error IS NULL AND build != ?");
  count.bind(0, this_build());
  count.step();
  return static_cast<std::size_t>(count.whole(0));
}

void ResultStore::insert_row(std::size_t point, std::size_t replication, const ReplicationResult* result,
                             const std::string& error) {
  std::vector<std::string> names{"point", "replication"};
  if (!varies_seed(sweep_)) names.emplace_back("seed");
  names.insert(names.end(), sweep_.parameters.begin(), sweep_.parameters.end());
  if (result != nullptr) {
    for (const Metric& metric : result->metrics) names.push_back(metric.name);
    if (!result->offered_loads.empty()) {
      names.insert(names.end(), {"stability.stable", "stability.bottleneck"});
      for (const OfferedLoad& offered : result->offered_loads)
        names.push_back(fmt::format("stability.load.{}", offered.resource));
    }
  } else {
    names.emplace_back("error");
  }
  Statement insert(*database_, fmt::format("INSERT INTO results ({}) VALUES ({})", quoted_list(names),
                                           placeholders(names.size())));
  const SweepPoint& at = sweep_.points[point];
  int column = 0;
  insert.bind(column++, numbers_[point]);
  insert.bind(column++, static_cast<std::int64_t>(replication));
  if (!varies_seed(sweep_)) insert.bind(column++, static_cast<std::int64_t>(at.scenario.seed));
  for (const std::string& value : at.values) bind_value(insert, column++, value);
  if (result == nullptr) {
    insert.bind(column++, error);
  } else {
    for (const Metric& metric : result->metrics) insert.bind(column++, metric.value);
    if (!result->offered_loads.empty()) {
      const auto highest =
          std::max_element(result->offered_loads.begin(), result->offered_loads.end(),
                           [](const OfferedLoad& a, const OfferedLoad& b) { return a.load < b.load; });
      insert.bind(column++, static_cast<std::int64_t>(highest->load < 1 ? 1 : 0));
      insert.bind(column++, highest->resource);
      for (const OfferedLoad& offered : result->offered_loads) insert.bind(column++, offered.load);
    }
  }
  insert.run();
}

void ResultStore::insert_sampling(std::size_t point, const ReplicationResult& result) {
  Statement insert(*database_, "INSERT OR IGNORE INTO image_sampling VALUES (?, ?, ?)");
  for (const ImageSamplingError& error : result.image_sampling)
    insert.bind(0, numbers_[point]).bind(1, error.metric).bind(2, error.standard_error).run();
}

void ResultStore::insert_try(std::size_t point, std::size_t replication, const TryRecord& how) {
  Statement insert(*database_,
                   "INSERT INTO tries SELECT ?, ?, count(*), ?, ?, ?, ?, ?, ?, ? FROM tries WHERE point = ? "
                   "AND replication = ?");
  const auto number = static_cast<std::int64_t>(replication);
  insert.bind(0, numbers_[point]).bind(1, number);
  if (how.error.empty())
    insert.bind_null(2);
  else
    insert.bind(2, how.error);
  insert.bind(3, how.wall_s).bind(4, how.loop_s).bind(5, how.setup_s);
  insert.bind(6, fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))));
  insert.bind(7, this_host()).bind(8, this_build());
  insert.bind(9, numbers_[point]).bind(10, number).run();
}

void ResultStore::add(std::size_t point, std::size_t replication, const ReplicationResult& result,
                      const TryRecord& how) {
  Transaction transaction(*database_);
  insert_row(point, replication, &result, {});
  insert_sampling(point, result);
  insert_try(point, replication, how);
  transaction.commit();
  state_of(point, replication) = State::stored;
}

ResultStore::State ResultStore::add_failure(std::size_t point, std::size_t replication,
                                            const TryRecord& how) {
  State& state = state_of(point, replication);
  const State then = state == State::failed_once ? State::failed : State::failed_once;
  Transaction transaction(*database_);
  if (then == State::failed) insert_row(point, replication, nullptr, how.error);
  insert_try(point, replication, how);
  transaction.commit();
  return state = then;
}

void ResultStore::merge(const fs::path& other_directory) {
  const fs::path file = other_directory / kFileName;
  if (!fs::exists(file)) return;
  {
    Statement attach(*database_, "ATTACH ? AS part");
    attach.bind(0, file.string()).run();
  }
  if (has_part_table(*database_, "results")) {
    std::vector<std::string> columns = column_names(*database_, "results");
    std::erase(columns, "point");
    std::string from;
    for (const std::string& column : columns) from += fmt::format(", r.{}", quoted_name(column));
    Transaction transaction(*database_);
    database_->execute(
        fmt::format("INSERT OR IGNORE INTO results (point, {}) SELECT m.point{} FROM part.results r JOIN "
                    "part.points o ON "
                    "o.point = r.point JOIN main.points m ON m.key = o.key;"
                    "INSERT OR IGNORE INTO image_sampling SELECT m.point, s.metric, s.standard_error FROM "
                    "part.image_sampling s "
                    "JOIN part.points o ON o.point = s.point JOIN main.points m ON m.key = o.key;"
                    "INSERT OR IGNORE INTO tries SELECT m.point, t.replication, t.try, t.error, t.wall_s, "
                    "t.loop_s, t.setup_s, "
                    "t.finished, t.host, t.build FROM part.tries t JOIN part.points o ON o.point = t.point "
                    "JOIN main.points m ON "
                    "m.key = o.key",
                    quoted_list(columns), from));
    transaction.commit();
  }
  database_->execute("DETACH part");
  read_states();
}

void ResultStore::forget_failures() {
  Transaction transaction(*database_);
  database_->execute(
      "DELETE FROM results WHERE error IS NOT NULL; DELETE FROM tries WHERE error IS NOT NULL");
  transaction.commit();
  read_states();
}

}  // namespace offramp
