#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "sim/profile/profile_store.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace offramp;
namespace fs = std::filesystem;

namespace {

constexpr const char* kScenario = R"(
name: fashion
duration: 3s
seed: 5
devices:
  - {count: 3, type: raspberry_pi_4, model: ./fashion, arrivals: {process: poisson, rate: 10/s}, access: line,
     policy: {rule: entropy, thresholds_nats: [0.3]}, offload: {from: exit 0, codec: int8_zstd}}
network:
  access: {line: {up: 100Mbps, down: 100Mbps, latency: 1ms}}
  uplink: {bandwidth: 20Mbps, latency: 9ms}
  connection: {idle_timeout: rto, pacing: false}
cloud: {type: raspberry_pi_4}
output: {figures: false}
)";

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream in(line + ",");
  for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
  return all;
}

/// requests.csv by device and arrival.
std::map<std::pair<std::string, std::string>, Row> requests(const std::string& csv) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> names = cells(line);
  std::map<std::pair<std::string, std::string>, Row> rows;
  while (std::getline(in, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = values[i];
    rows[{row["device"], row["arrival_s"]}] = row;
  }
  return rows;
}

/// The model and its scenario; false where its data set is not on this machine.
bool prepare(const Workplace& place) {
  if (!find_dataset("fashion_mnist")) {
    WARN("skipped: Fashion-MNIST is not on this machine (Debian: dataset-fashion-mnist)");
    return false;
  }
  const fs::path zoo = fs::path(OFFRAMP_ZOO) / "b_lenet_fashion";
  fs::create_directory(place.path() / "fashion");
  for (const char* file : {"model.yaml", "weights.safetensors", "profile.safetensors"})
    fs::copy_file(zoo / file, place.path() / "fashion" / file);
  place.write("fashion.yaml", kScenario);
  return true;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::ifstream list(fmt::format("/proc/{}/task/{}/children", parent, parent));
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

/// Until a process is there no more.
bool ends(int process, int within_ms) {
  pollfd ended{process, POLLIN, 0};
  return ::poll(&ended, 1, within_ms) == 1;
}

/// `offramp ARGUMENTS` in a process group of its own, with its standard error in a pipe.
struct Started {
  pid_t pid = 0;
  int err = -1;
};
Started start_offramp(const fs::path& directory, const std::vector<std::string>& arguments) {
  int err[2];
  REQUIRE(::pipe2(err, O_CLOEXEC) == 0);
  std::vector<std::string> words{OFFRAMP_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::setpgid(0, 0);
    ::signal(SIGINT, SIG_DFL);  // as a shell starts it
    if (::chdir(directory.c_str()) != 0) ::_exit(127);
    ::dup2(::open("/dev/null", O_RDWR), STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::setpgid(pid, pid);
  ::close(err[1]);
  return {pid, err[0]};
}

/// Reads until a word comes.
bool says(int pipe, const std::string& word) {
  std::string all;
  for (char letter = 0; all.find(word) == std::string::npos; all += letter)
    if (::read(pipe, &letter, 1) != 1) return false;
  return true;
}

/// Whether nobody has the other end of a pipe any more.
bool falls_silent(int pipe, int within_ms) {
  for (;;) {
    pollfd more{pipe, POLLIN, 0};
    char some[256];
    if (::poll(&more, 1, within_ms) != 1) return false;
    if (::read(pipe, some, sizeof some) <= 0) return true;
  }
}

std::set<std::string> files_in(const fs::path& directory) {
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) files.insert(entry.path().filename().string());
  return files;
}

}  // namespace

TEST_CASE("nothing that the command started is left after Ctrl-C") {
  // A terminal sends SIGINT to the whole group; `kill -INT` to the command alone.
  const bool group = GENERATE(false, true);
  const Workplace place;
  if (!prepare(place)) return;
  const auto before = files_in(place.path());
  std::vector<std::string> arguments{"testbed",  "fashion.yaml", "--out",
                                     "measured", "--set",        "duration=600s"};
  if (::geteuid() != 0) arguments.push_back("--loopback");
  const Started command = start_offramp(place.path(), arguments);
  REQUIRE(says(command.err, "Measuring"));
  std::vector<pid_t> children;
  while ((children = children_of(command.pid)).size() < 2 && ::waitpid(command.pid, nullptr, WNOHANG) == 0)
    ::usleep(1000);
  REQUIRE(children.size() == 2);
  std::vector<int> watched;
  for (const pid_t child : children) watched.push_back(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  REQUIRE(::kill(group ? -command.pid : command.pid, SIGINT) == 0);
  int status = 0;
  REQUIRE(::waitpid(command.pid, &status, 0) == command.pid);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGINT);
  constexpr int kPatienceMs = 20'000;
  for (const int child : watched) {
    CHECK(ends(child, kPatienceMs));
    ::close(child);
  }
  CHECK(falls_silent(command.err, kPatienceMs));
  CHECK(files_in(place.path()) == before);
  ::close(command.err);
}

TEST_CASE("a network that really runs says and sends what its profile said") {
  const Workplace place;
  if (!prepare(place)) return;
  REQUIRE(run_offramp(place.path(), "run fashion.yaml --out simulated").code == 0);
  // Whether the machine keeps up is no matter here.
  const Finished real =
      run_offramp(place.path(), "testbed fashion.yaml --loopback --out measured --keep-late");
  INFO(real.err);
  REQUIRE(real.code == 0);
  const auto simulated = requests(place.read("simulated/requests.csv"));
  const auto measured = requests(place.read("measured/requests.csv"));
  REQUIRE(measured.size() == simulated.size());
  std::size_t offloaded = 0;
  for (const auto& [key, a] : simulated) {
    REQUIRE(measured.contains(key));
    const Row& b = measured.at(key);
    CHECK(a.at("image") == b.at("image"));
    if (a.at("outcome") != "completed" || b.at("outcome") != "completed") continue;
    for (const char* column : {"exit", "correct", "answered_by", "payload_bytes", "wire_bytes"})
      CHECK(a.at(column) == b.at(column));
    offloaded += b.at("payload_bytes") == "0" ? 0 : 1;
  }
  CHECK(offloaded > 5);
  CHECK(run_offramp(place.path(), "compare simulated measured").code == 0);
}
