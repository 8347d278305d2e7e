#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace offramp {

/// A connection to an SQLite file. What the user can mend (no space, no permission, no database) is thrown as
/// UserError with the file's path, all else as std::runtime_error.
class Database {
 public:
  enum class Mode { read, write };

  /// @param mode  write: the file is made when it is not there
  Database(std::filesystem::path file, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const std::string& sql);
  const std::filesystem::path& file() const { return file_; }

 private:
  friend class Statement;
  void check(int code) const;

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
};

/// A prepared statement; parameters and columns count from 0.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(int at, double value);  ///< NaN becomes NULL
  Statement& bind(int at, std::int64_t value);
  Statement& bind(int at, const std::string& text);
  Statement& bind_null(int at);

  /// @return whether there is a row
  bool step();
  /// Runs a statement without rows, and makes it ready to be bound and run again.
  void run();

  int columns() const;
  std::string name(int column) const;
  bool is_null(int column) const;
  double number(int column) const;  ///< NaN when NULL
  std::int64_t whole(int column) const;
  std::string text(int column) const;  ///< of a number: what reads back as the same number

 private:
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

/// All or nothing: undone when it is destroyed before `commit`.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

/// "latency_s.p95" in double quotes, as SQL wants the name of a column.
std::string quoted_name(const std::string& name);

}  // namespace offramp
