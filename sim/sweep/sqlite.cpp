#include "sim/sweep/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/core/error.hpp"

namespace offramp {
namespace {

constexpr int kPatienceMs = 10'000;  // for another program that reads or writes just now

std::string cause(int code, const char* message) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return fmt::format(
          "cannot be written: {}; make room on its disk and start the same command again: what is "
          "stored stays stored",
          message);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return fmt::format("cannot be opened for that: {}; check that its folder is there and yours to write",
                         message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is being written by another program; wait for it, or name another place with --out";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return fmt::format("is no store that can be read: {}; remove it, or name another place with --out",
                         message);
    default:
      return {};
  }
}

}  // namespace

Database::Database(std::filesystem::path file, Mode mode) : file_(std::move(file)) {
  const int flags = mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string why = cause(code, sqlite3_errmsg(handle_));
    sqlite3_close(handle_);
    if (!why.empty()) throw UserError(Place{file_.string()}, why);
    throw std::runtime_error(fmt::format("{}: SQLite error {}", file_.string(), code));
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kPatienceMs);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::check(int code) const {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  const std::string why = cause(code, sqlite3_errmsg(handle_));
  if (!why.empty()) throw UserError(Place{file_.string()}, why);
  throw std::runtime_error(
      fmt::format("{}: {} (SQLite error {})", file_.string(), sqlite3_errmsg(handle_), code));
}

void Database::execute(const std::string& sql) {
  check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

Statement::Statement(Database& database, const std::string& sql) : database_(database) {
  database_.check(
      sqlite3_prepare_v2(database.handle_, sql.c_str(), static_cast<int>(sql.size()), &handle_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bind(int at, double value) {
  database_.check(sqlite3_bind_double(handle_, at + 1, value));  // SQLite binds NaN as NULL
  return *this;
}

Statement& Statement::bind(int at, std::int64_t value) {
  database_.check(sqlite3_bind_int64(handle_, at + 1, value));
  return *this;
}

Statement& Statement::bind(int at, const std::string& text) {
  database_.check(
      sqlite3_bind_text(handle_, at + 1, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null(int at) {
  database_.check(sqlite3_bind_null(handle_, at + 1));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  database_.check(code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  step();
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

int Statement::columns() const { return sqlite3_column_count(handle_); }
std::string Statement::name(int column) const { return sqlite3_column_name(handle_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
double Statement::number(int column) const {
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN() : sqlite3_column_double(handle_, column);
}
std::int64_t Statement::whole(int column) const { return sqlite3_column_int64(handle_, column); }
std::string Statement::text(int column) const {
  if (sqlite3_column_type(handle_, column) == SQLITE_FLOAT)  // SQLite would round to 15 digits
    return fmt::format("{}", sqlite3_column_double(handle_, column));
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return bytes == nullptr
             ? std::string()
             : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
}

Transaction::Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const std::exception&) {  // SQLite has rolled back by itself
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

std::string quoted_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace offramp
