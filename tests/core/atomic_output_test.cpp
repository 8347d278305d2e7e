#include "sim/core/atomic_output.hpp"

#include <stdlib.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "sim/core/error.hpp"
#include "tests/catch.hpp"

namespace offramp {
namespace fs = std::filesystem;
namespace {

/// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "offramp-output-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const std::string& name) const { return path_ / name; }
  std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
  }

 private:
  fs::path path_;
};

/// While it lives, writing past so many bytes of a file fails as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

}  // namespace

TEST_CASE("a file is replaced whole and leaves nothing beside it") {
  const Folder folder;
  write_file_atomically(folder / "a.json", "old");
  write_file_atomically(folder / "a.json", "new");
  CHECK(content(folder / "a.json") == "new");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a write that fails on the way leaves the old file and nothing else") {
  const Folder folder;
  write_file_atomically(folder / "a.json", "old");
  {
    const FileSizeLimit limit(1000);
    CHECK_THROWS_AS(write_file_atomically(folder / "a.json", std::string(5000, 'x')), UserError);
  }
  CHECK(content(folder / "a.json") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a folder that is not there is the user's to mend and named") {
  const Folder folder;
  try {
    write_file_atomically(folder / "absent/a.json", "x");
    FAIL("it was written");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()).find("absent") != std::string::npos);
  }
}

TEST_CASE("a staged directory appears whole when it is published") {
  const Folder folder;
  StagedDirectory staged(folder / "run");
  write(staged.path() / "manifest.json", "{}");
  CHECK(!fs::exists(folder / "run"));
  staged.publish();
  CHECK(content(folder / "run/manifest.json") == "{}");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a staged directory that is never published leaves the old one as it was") {
  const Folder folder;
  fs::create_directory(folder / "run");
  write(folder / "run/manifest.json", "old");
  {
    const StagedDirectory staged(folder / "run");
    write(staged.path() / "manifest.json", "new");
  }
  CHECK(content(folder / "run/manifest.json") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a published directory replaces an older run whole") {
  const Folder folder;
  fs::create_directory(folder / "run");
  write(folder / "run/manifest.json", "old");
  write(folder / "run/requests.csv", "old");
  StagedDirectory staged(folder / "run");
  write(staged.path() / "manifest.json", "new");
  staged.publish();
  CHECK(content(folder / "run/manifest.json") == "new");
  CHECK(!fs::exists(folder / "run/requests.csv"));
  CHECK(folder.entries() == 1);
}

TEST_CASE("a directory that is no run is never replaced") {
  const Folder folder;
  fs::create_directory(folder / "photos");
  write(folder / "photos/cat.jpg", "cat");
  CHECK_THROWS_AS(StagedDirectory(folder / "photos"), UserError);
  CHECK(content(folder / "photos/cat.jpg") == "cat");
  CHECK(folder.entries() == 1);
}

}  // namespace offramp
